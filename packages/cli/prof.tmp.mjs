import { createRuntime, sessionOptions } from './dist/runtime.js';
import { openModelFolder } from './dist/model-argument.js';
import { loadModel, decodeJacobi, decodeGreedy } from '@lifegpt/model';
import { loadEngine } from './dist/engine.js';
import { layoutPrompt, encodePrompts, CONWAY } from '@lifegpt/core';
import { InferenceSession } from 'onnxruntime-node';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
const B=Number(process.argv[2]??1);
const engine=await loadEngine();
let n=0; const sessions=[];
const rt={device:'cpu', async createSession(m,o){ const s=await InferenceSession.create(m,{...sessionOptions('cpu'),enableProfiling:true,profileFilePrefix:'/tmp/prof_'+(n++)}); sessions.push(s); return s;}};
const model=await loadModel(await openModelFolder('torus32'), rt);
const layout=layoutPrompt(model.tokenizer,32,32);
const ex=engine.draw({seed:5,index:1,boards:B,width:32,height:32,rule:CONWAY,density:[0,1]});
for(let i=0;i<12;i++){const t=performance.now(); const r=await decodeJacobi(model,{layout,prompts:encodePrompts(layout,ex.states)}); if(i>8)console.log((performance.now()-t).toFixed(1),'ms',r.forwardPasses);}
sessions.forEach(s=>s.endProfiling());
for(const f of readdirSync('/tmp').filter(f=>f.startsWith('prof_'))){ const ev=JSON.parse(readFileSync('/tmp/'+f,'utf8')); if(f.startsWith('prof_3')){const d={};for(const e of ev) if(e.cat==='Node'&&e.name.endsWith('_kernel_time')){(d[e.name.replace('_kernel_time','')]??=[]).push(e.dur);} const med=Object.entries(d).map(([k,v])=>[k,v.sort((a,b)=>a-b)[v.length>>1]]).sort((a,b)=>b[1]-a[1]).slice(0,45); console.log(med.map(([k,v])=>k+' '+v).join('\n')); console.log('sum of medians', Object.values(d).reduce((s,v)=>s+v[v.length>>1],0));} const by={}; let c={}; for(const e of ev) if(e.cat==='Node'&&e.name.endsWith('_kernel_time')){const k=e.args.op_name; by[k]=(by[k]??0)+e.dur; c[k]=(c[k]??0)+1;} const runs=ev.filter(e=>e.name==='model_run').length; console.log(f,runs,'runs', Object.entries(by).sort((a,b)=>b[1]-a[1]).map(([k,v])=>`${k} ${(v/runs/1000).toFixed(2)}ms(${c[k]/runs})`).join(', ')); rmSync('/tmp/'+f); }
