/** Proves the check of exercise 04: right answers pass, wrong ones fail on the test that is about them. */
import { testChain } from '#shared/testing/chain.ts';

await testChain({ exercise: 'exercises/04', solution: 'solutions/04', lesson: 'lessons/05' });
