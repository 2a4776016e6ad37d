/** Proves the check of exercise 12: right answers pass, wrong ones fail on the test that is about them. */
import { testChain } from '#shared/testing/chain.ts';

await testChain('12', 'lessons/13');
