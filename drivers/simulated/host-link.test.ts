import { describeHostLinkContract } from './host-link.contract.ts';
import { SimulatedHostLink } from './host-link.ts';

describeHostLinkContract('the simulated host link', async (script) => {
  const link = new SimulatedHostLink(script);
  return {
    link,
    setHost: async (state) => link.setState(state),
    close: () => link.close(),
  };
});
