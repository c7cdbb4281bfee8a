import { sessionOptions } from './dist/runtime.js';
import { openModelFolder } from './dist/model-argument.js';
import { loadModel } from '@lifegpt/model';
import { loadEngine } from './dist/engine.js';
import { InferenceSession } from 'onnxruntime-node';
import { layoutPrompt, encodePrompts, encodeAnswers, borderCoordinates, CONWAY } from '@lifegpt/core';
const engine=await loadEngine();
const variants={base:{}, nopattern:{enableMemPattern:false}, noarena:{enableCpuMemArena:false}, nospin:{extra:{session:{set_denormal_as_zero:'1',intra_op:{allow_spinning:'0'}}}}, one:{intraOpNumThreads:1}, dyn:{extra:{session:{set_denormal_as_zero:'1',dynamic_block_base:'4'}}}};
for (const [name,o] of Object.entries(variants)) {
const model=await loadModel(await openModelFolder('torus32'), {device:'cpu',createSession:(m)=>InferenceSession.create(m,{...sessionOptions('cpu'),...o})});
const layout=layoutPrompt(model.tokenizer,32,32);
const ex=engine.draw({seed:5,index:1,boards:1,width:32,height:32,rule:CONWAY,density:[0,1]});
const prompts=encodePrompts(layout,ex.states); const pos=borderCoordinates(layout); const split=(layout.promptTokens-1)*5;
const ids=new Int32Array(layout.answerTokens); ids[0]=3; ids.set(encodeAnswers(layout,ex.nextStates).subarray(0,1024),1);
const c=await model.prefill(prompts.subarray(0,-1),1,pos.subarray(0,split)); const A=[]; const f0=process.resourceUsage();
for(let i=0;i<60;i++){ const t1=performance.now(); const l=await c.answer(ids,pos.subarray(split)); A.push(performance.now()-t1);} const f1=process.resourceUsage();
A.sort((a,b)=>a-b); console.log(name,'min',A[0].toFixed(2),'p25',A[15].toFixed(2),'med',A[30].toFixed(2),'p75',A[45].toFixed(2),'faults',(f1.minorPageFault-f0.minorPageFault)/60,'sys ms',(f1.systemCPUTime-f0.systemCPUTime)/60000,'user ms',(f1.userCPUTime-f0.userCPUTime)/60000,'invol',f1.involuntaryContextSwitches-f0.involuntaryContextSwitches);
}
