#ifndef P2P_SRC_THREAD_H
#define P2P_SRC_THREAD_H
/* What a thread asks of the scheduler where processors are few and a transfer wants all of them. Only asks: each does nothing where the
 * kernel knows nothing of it. */

/* For threads that somebody waits for: short turns, taken soon. */
void thread_prompt(void);
/* For threads that move bulk: long turns, never in the middle of another's, and fewer of them. */
void thread_patient(void);
/* Between two pieces of bulk: whoever waits for this processor may run first. Without it he would wait for the clock's next tick, which
 * may be 4 ms off, and a message passes a dozen threads on its way to "delivered". */
void thread_yield(void);

#endif
