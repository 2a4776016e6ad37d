/** Proves the check of exercise 04: right answers pass, wrong ones fail on the test that is about them. */
import { testChain } from '#shared/testing/chain.ts';

await testChain('04', 'lessons/05');
