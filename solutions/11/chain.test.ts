/** Proves the check of exercise 11: right answers pass, wrong ones fail on the test that is about them. */
import { testChain } from '#shared/testing/chain.ts';

await testChain('11', 'lessons/12');
