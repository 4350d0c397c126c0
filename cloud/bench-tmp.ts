import { RunningCloud } from '/work/main/cloud/running-cloud.fixture.ts';
import { verifyLedger } from '/work/main/cloud/ledger/ledger.ts';
const c = await RunningCloud.start();
const t = await c.connect(); const card = await c.card('everyday');
for (let i=0;i<30;i++) await t.exchange(t.sale(card,{amountMinor:1n}).bytes);
const ms:number[]=[]; const codes:any={};
for (let i=0;i<300;i++){ const s=t.sale(card,{amountMinor:1n}); const a=performance.now(); const r=await t.exchange(s.bytes); ms.push(performance.now()-a); const k=String(t.open(r).fields[39]); codes[k]=(codes[k]??0)+1; }
ms.sort((a,b)=>a-b); console.log('sequential (1A etc) p50',ms[150].toFixed(2),'p99',ms[297].toFixed(2), codes);
const a=performance.now(); const sales=Array.from({length:400},()=>t.reversal({...t.sale(card,{amountMinor:1n})} as any));
const b=performance.now(); await Promise.all(sales.map(s=>t.exchange(s,60000))); console.log('400 concurrent reversals/tombstones', (performance.now()-b).toFixed(0),'ms');
console.log((await verifyLedger(c.db)).totals);
await c.stop();
