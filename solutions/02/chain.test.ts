/** Proves the check of exercise 02: right answers pass, wrong ones fail on the test that is about them. */
import { testChain } from '#shared/testing/chain.ts';

await testChain('02', 'lessons/03');
