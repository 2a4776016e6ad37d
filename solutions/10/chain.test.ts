/** Proves the check of exercise 10: right answers pass, wrong ones fail on the test that is about them. */
import { testChain } from '#shared/testing/chain.ts';

await testChain('10', 'lessons/11');
