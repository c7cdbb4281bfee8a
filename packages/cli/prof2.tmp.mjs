import { createRuntime } from './dist/runtime.js';
import { openModelFolder } from './dist/model-argument.js';
import { loadModel, decodeJacobi, chooseBest } from '@lifegpt/model';
import { loadEngine } from './dist/engine.js';
import { layoutPrompt, encodePrompts, encodeAnswers, borderCoordinates, CONWAY } from '@lifegpt/core';
const engine=await loadEngine();
const model=await loadModel(await openModelFolder('torus32'), await createRuntime('cpu'));
const layout=layoutPrompt(model.tokenizer,32,32);
const ex=engine.draw({seed:5,index:1,boards:1,width:32,height:32,rule:CONWAY,density:[0,1]});
const prompts=encodePrompts(layout,ex.states); const pos=borderCoordinates(layout); const split=(layout.promptTokens-1)*5;
const T={pre:[],ans:[],ch:[],all:[]};
const ids=new Int32Array(layout.answerTokens); ids[0]=3; ids.set(encodeAnswers(layout,ex.nextStates).subarray(0,1024),1);
for(let i=0;i<60;i++){ const t0=performance.now(); const c=await model.prefill(prompts.subarray(0,-1),1,pos.subarray(0,split)); const t1=performance.now(); const l=await c.answer(ids,pos.subarray(split)); const t2=performance.now(); chooseBest({logits:l,vocabulary:5,boards:1,firstPosition:0}); const t3=performance.now(); c.release(); const t4=performance.now(); await decodeJacobi(model,{layout,prompts}); const t5=performance.now(); T.pre.push(t1-t0);T.ans.push(t2-t1);T.ch.push(t3-t2);T.all.push(t5-t4);}
for(const k in T){T[k].sort((a,b)=>a-b); console.log(k,'min',T[k][0].toFixed(2),'p25',T[k][15].toFixed(2),'med',T[k][30].toFixed(2),'p75',T[k][45].toFixed(2));}
