import { GraphBuilder, encodeModel } from '@lifegpt/model';
import { InferenceSession, Tensor } from 'onnxruntime-node';
const B=Number(process.argv[2]??1), N=1025, P=1025, H=2, S=32, W=64;
const rnd=(shape)=>new Tensor('float32', Float32Array.from({length:shape.reduce((a,b)=>a*b,1)},()=>Math.random()-0.5), shape);
async function time(name, graph, feeds) {
  try { const s=await InferenceSession.create(encodeModel(graph),{intraOpNumThreads:2,extra:{session:{set_denormal_as_zero:'1'}}});
  const ts=[]; for(let i=0;i<14;i++){const t=performance.now(); const o=await s.run(feeds); ts.push(performance.now()-t);} ts.sort((a,b)=>a-b);
  console.log(name, ts[7].toFixed(2),'ms'); await s.release(); } catch(e){console.log(name,e.message.slice(0,200));}
}
function blocked(blocks, mode){
 const g=new GraphBuilder('p'); const q=g.input('q','float',['b',H,'n',S]),k=g.input('k','float',['b',H,'t',S]),v=g.input('v','float',['b',H,'t',S]); const feeds={q:rnd([B,H,N,S]),k:rnd([B,H,N+P,S]),v:rnd([B,H,N+P,S])};
 const kt=g.emit('Transpose',[k],'float',['b',H,S,'t'],{perm:{ints:[0,1,3,2]}});
 const outs=[]; const size=Math.ceil(N/blocks);
 for(let j=0;j<blocks;j++){ const a=j*size,e=Math.min(N,a+size); const len=P+e;
  const c=(l)=>g.constant(l,'int64');
  const qj=g.emit('Slice',[q,c([a]),c([e]),c([2])],'float',['b',H,'x'+j,S]);
  const vj=g.emit('Slice',[v,c([0]),c([len]),c([2])],'float',['b',H,'y'+j,S]);
  let sm;
  if(mode==='full'){ const kj=g.emit('Slice',[kt,c([0]),c([len]),c([3])],'float',['b',H,S,'y'+j]);
   const sc=g.emit('MatMul',[qj,kj],'float',['b',H,'x'+j,'y'+j]);
   const m=g.input('m'+j,'float',['x'+j,'y'+j]); const md=new Float32Array((e-a)*len); for(let r=0;r<e-a;r++) for(let cc=P+a+r+1;cc<len;cc++) md[r*len+cc]=-1e9; feeds['m'+j]=new Tensor('float32',md,[e-a,len]);
   sm=g.emit('Add',[sc,m],'float',['b',H,'x'+j,'y'+j]);
  } else { const kl=g.emit('Slice',[kt,c([0]),c([P+a]),c([3])],'float',['b',H,S,'z'+j]); const kd=g.emit('Slice',[kt,c([P+a]),c([len]),c([3])],'float',['b',H,S,'x'+j]);
   const sl=g.emit('MatMul',[qj,kl],'float',['b',H,'x'+j,'z'+j]); let sd=g.emit('MatMul',[qj,kd],'float',['b',H,'x'+j,'x'+j]);
   const m=g.input('m'+j,'float',['x'+j,'x'+j]); const n=e-a; const md=new Float32Array(n*n); for(let r=0;r<n;r++) for(let cc=r+1;cc<n;cc++) md[r*n+cc]=-1e9; feeds['m'+j]=new Tensor('float32',md,[n,n]);
   sd=g.emit('Add',[sd,m],'float',['b',H,'x'+j,'x'+j]); sm=g.emit('Concat',[sl,sd],'float',['b',H,'x'+j,'y'+j],{axis:3}); }
  const p=g.emit('Softmax',[sm],'float',['b',H,'x'+j,'y'+j],{axis:-1}); outs.push(g.emit('MatMul',[p,vj],'float',['b',H,'x'+j,S])); }
 g.output('o', g.emit('Concat',outs,'float',['b',H,'n',S],{axis:2}));
 return time(`blocked ${mode} ${blocks}`, g, feeds);
}
for (const b of [1,4,8,16,32]) await blocked(b,'full');
for (const b of [4,8,16]) await blocked(b,'split');
{ const g=new GraphBuilder('p'); const q=g.input('q','float',['b','n',W]),k=g.input('k','float',['b','n',W]),v=g.input('v','float',['b','n',W]),pk=g.input('pk','float',['b',H,'p',S]),pv=g.input('pv','float',['b',H,'p',S]),sl=g.input('sl','int32',['b']),tl=g.input('tl','int32',[]);
 const outs=g.emitMany('GroupQueryAttention',[q,k,v,pk,pv,sl,tl],[{type:'float',shape:['b','n',W]},{type:'float',shape:['b',H,'t',S]},{type:'float',shape:['b',H,'t',S]}],{num_heads:H,kv_num_heads:H},'com.microsoft'); g.output('o',outs[0]);
 await time('GQA', g, {q:rnd([B,N,W]),k:rnd([B,N,W]),v:rnd([B,N,W]),pk:rnd([B,H,P,S]),pv:rnd([B,H,P,S]),sl:new Tensor('int32',Int32Array.from({length:B},()=>N+P-1),[B]),tl:new Tensor('int32',Int32Array.of(N+P),[])}); }
