// attention variants for one board: n=1025 queries, past=1026 keys, H=2,S=32
import { GraphBuilder, encodeModel } from '@lifegpt/model';
import { InferenceSession, Tensor } from 'onnxruntime-node';
const B=Number(process.argv[2]??1), N=1025, P=1025, H=2, S=32, W=64;
const rnd=(shape)=>new Tensor('float32', Float32Array.from({length:shape.reduce((a,b)=>a*b,1)},()=>Math.random()-0.5), shape);
async function time(name, graph, feeds, fetch) {
  const s=await InferenceSession.create(encodeModel(graph),{intraOpNumThreads:2,extra:{session:{set_denormal_as_zero:'1'}}});
  const ts=[]; for(let i=0;i<12;i++){const t=performance.now(); const o=await s.run(feeds); ts.push(performance.now()-t);} ts.sort((a,b)=>a-b);
  console.log(name, ts[6].toFixed(2),'ms'); await s.release();
}
// plain
{
 const g=new GraphBuilder('p'); const q=g.input('q','float',['b',H,'n',S]),k=g.input('k','float',['b',H,'t',S]),v=g.input('v','float',['b',H,'t',S]),m=g.input('m','float',['n','t']);
 const kt=g.emit('Transpose',[k],'float',['b',H,S,'t'],{perm:{ints:[0,1,3,2]}});
 const sc=g.emit('MatMul',[q,kt],'float',['b',H,'n','t']); const sm=g.emit('Add',[sc,m],'float',['b',H,'n','t']);
 const p=g.emit('Softmax',[sm],'float',['b',H,'n','t'],{axis:-1}); const o=g.emit('MatMul',[p,v],'float',['b',H,'n',S]); g.output('o',o);
 await time('plain', g, {q:rnd([B,H,N,S]),k:rnd([B,H,N+P,S]),v:rnd([B,H,N+P,S]),m:rnd([N,N+P])});
}
// only matmuls
{
 const g=new GraphBuilder('p'); const q=g.input('q','float',['b',H,'n',S]),k=g.input('k','float',['b',H,'t',S]),v=g.input('v','float',['b',H,'t',S]);
 const kt=g.emit('Transpose',[k],'float',['b',H,S,'t'],{perm:{ints:[0,1,3,2]}});
 const sc=g.emit('MatMul',[q,kt],'float',['b',H,'n','t']); const o=g.emit('MatMul',[sc,v],'float',['b',H,'n',S]); g.output('o',o);
 await time('matmuls only', g, {q:rnd([B,H,N,S]),k:rnd([B,H,N+P,S]),v:rnd([B,H,N+P,S])});
}
{
 const g=new GraphBuilder('p'); const q=g.input('q','float',['b',H,'n','t']);
 const p=g.emit('Softmax',[q],'float',['b',H,'n','t'],{axis:-1}); const r=g.emit('ReduceMax',[p],'float',[],{keepdims:0}); g.output('o',r);
 await time('softmax+max', g, {q:rnd([B,H,N,N+P])});
}
for (const uni of [0,1]) for (const past of [0,1]) {
 const g=new GraphBuilder('p'); const q=g.input('q','float',['b','n',W]),k=g.input('k','float',['b','n2',W]),v=g.input('v','float',['b','n2',W]);
 const ins=[q,k,v]; const feeds={q:rnd([B,N,W])};
 if(past){ const pk=g.input('pk','float',['b',H,'p',S]),pv=g.input('pv','float',['b',H,'p',S]); ins.push(null,null,null,pk,pv); feeds.k=rnd([B,N,W]);feeds.v=rnd([B,N,W]);feeds.pk=rnd([B,H,P,S]);feeds.pv=rnd([B,H,P,S]); }
 else {feeds.k=rnd([B,N+P,W]);feeds.v=rnd([B,N+P,W]);}
 const outs=[{type:'float',shape:['b','n',W]}]; if(past) outs.push({type:'float',shape:['b',H,'t',S]},{type:'float',shape:['b',H,'t',S]});
 const [o]=g.emitMany('MultiHeadAttention',ins,outs,{num_heads:H,unidirectional:uni},'com.microsoft'); g.output('o',o);
 try { await time(`MHA uni=${uni} past=${past}`, g, feeds);} catch(e){console.log(`MHA uni=${uni} past=${past}`,e.message.slice(0,150));}
}
