/** Proves the check of exercise 05: right answers pass, wrong ones fail on the test that is about them. */
import { testChain } from '#shared/testing/chain.ts';

await testChain({ exercise: 'exercises/05', solution: 'solutions/05', lesson: 'lessons/06' });
