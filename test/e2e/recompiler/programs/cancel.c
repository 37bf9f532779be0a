/* Signals between threads, and threads that are cancelled where they wait. Whatever their order, this prints the same. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static sem_t begun;
static volatile int cleaned, woken, order[8], seen;
static pthread_t handled_by;

static void clean(void *what) { cleaned += (int)(long)what; }
static void release(void *lock) { pthread_mutex_unlock(lock); cleaned += 100; }

static void *sleeps(void *unused) {
  struct timespec long_time = { 100000, 0 };
  pthread_cleanup_push(clean, (void *)1);
  sem_post(&begun);
  nanosleep(&long_time, NULL);
  pthread_cleanup_pop(0);
  return unused;
}
static void *waits(void *unused) {
  pthread_mutex_lock(&mutex);
  pthread_cleanup_push(release, &mutex);
  sem_post(&begun);
  for (;;) pthread_cond_wait(&never, &mutex);
  pthread_cleanup_pop(0);
  return unused;
}
static void *computes(void *unused) {
  pthread_cleanup_push(clean, (void *)10000);
  sem_post(&begun);
  for (;;) pthread_testcancel();
  pthread_cleanup_pop(0);
  return unused;
}
static void *refuses(void *unused) {
  int before;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
  sem_post(&begun);
  struct timespec short_time = { 0, 1000000 };
  while (nanosleep(&short_time, &short_time) && errno == EINTR) {}
  return (void *)7;
}

static void on_signal(int number) {
  handled_by = pthread_self();
  order[seen++ & 7] = number;
}
static void *naps(void *unused) {
  struct timespec long_time = { 100000, 0 };
  sem_post(&begun);
  woken = nanosleep(&long_time, NULL) && errno == EINTR;
  return unused;
}
static void *blocks(void *unused) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  sem_post(&begun);
  struct timespec short_time = { 0, 50000000 };
  nanosleep(&short_time, NULL);
  const int before = seen;
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  return (void *)(long)(before * 10 + seen);
}

static void cancel(const char *name, void *(*run)(void *)) {
  pthread_t thread;
  void *result;
  pthread_create(&thread, NULL, run, NULL);
  sem_wait(&begun);
  usleep(1000);
  const int status = pthread_cancel(thread);
  pthread_join(thread, &result);
  printf("%s: %d, %s, cleaned %d\n", name, status, result == PTHREAD_CANCELED ? "cancelled" : result ? "ended" : "nothing", cleaned);
}

int main(void) {
  pthread_t thread;
  void *result;
  sem_init(&begun, 0, 0);
  cancel("sleeping", sleeps);
  cancel("waiting", waits);
  printf("its lock is free: %d\n", pthread_mutex_trylock(&mutex));
  cancel("computing", computes);
  cancel("refusing", refuses);

  struct sigaction action = { .sa_handler = on_signal };
  sigaction(SIGUSR1, &action, NULL);
  sigaction(SIGUSR2, &action, NULL);
  pthread_create(&thread, NULL, naps, NULL);
  sem_wait(&begun);
  usleep(1000);
  printf("sent: %d\n", pthread_kill(thread, SIGUSR1));
  pthread_join(thread, NULL);
  printf("handled by the other: %d, woken %d\n", handled_by == thread, woken);
  printf("to itself: %d\n", pthread_kill(pthread_self(), SIGUSR2));
  printf("handled by itself: %d, seen %d\n", handled_by == pthread_self(), seen);
  pthread_create(&thread, NULL, blocks, NULL);
  sem_wait(&begun);
  pthread_kill(thread, SIGUSR2);
  pthread_kill(thread, SIGUSR1);
  pthread_join(thread, &result);
  printf("blocked, then not: %ld\n", (long)result);
  printf("the last one first: %d\n", order[2] == SIGUSR2 && order[3] == SIGUSR1);
  return 0;
}
