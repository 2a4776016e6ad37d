/** Proves the check of exercise 01: right answers pass, wrong ones fail on the test that is about them. */
import { testChain } from '#shared/testing/chain.ts';

await testChain('01', 'lessons/02');
