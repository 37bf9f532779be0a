/* Threads of the C library. Whatever their order, this prints the same. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <time.h>

enum { PAIRS = 3, ROUNDS = 500, ROOM = 8 };
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, robust;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER, emptied = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_barrier_t barrier;
static pthread_key_t key;
static sem_t semaphore;
static int queue[ROOM], count, head, begun, ended;
static long sum, squares[16];
static __thread int own = 5;
static volatile int flag;

static void *produce(void *argument) {
  for (int i = 0; i < ROUNDS; i++) {
    pthread_mutex_lock(&mutex);
    while (count == ROOM) pthread_cond_wait(&emptied, &mutex);
    queue[(head + count++) % ROOM] = i * (int)(long)argument;
    pthread_cond_signal(&filled);
    pthread_mutex_unlock(&mutex);
  }
  return NULL;
}
static void *consume(void *unused) {
  for (int i = 0; i < ROUNDS; i++) {
    pthread_mutex_lock(&mutex);
    while (!count) pthread_cond_wait(&filled, &mutex);
    sum += queue[head];
    head = (head + 1) % ROOM;
    count--;
    pthread_cond_signal(&emptied);
    pthread_mutex_unlock(&mutex);
    own++;
  }
  return (void *)(long)own;
}

static void begin(void) { begun++; }
static void end_of_thread(void *value) { __atomic_fetch_add(&ended, (int)(long)value, __ATOMIC_RELAXED); }
static void *meet(void *argument) {
  const long number = (long)argument;
  pthread_once(&once, begin);
  pthread_setspecific(key, argument);
  pthread_rwlock_wrlock(&table);
  squares[number] = number * number;
  pthread_rwlock_unlock(&table);
  pthread_barrier_wait(&barrier);
  long all = 0;
  pthread_rwlock_rdlock(&table);
  for (int i = 0; i < 16; i++) all += squares[i];
  pthread_rwlock_unlock(&table);
  sem_post(&semaphore);
  return (void *)all;
}

static void *spin(void *unused) {
  while (!flag) {}
  return NULL;
}
static void *rest(void *unused) {
  const struct timespec time = { 0, 5000000 };
  nanosleep(&time, NULL);
  flag = 1;
  return NULL;
}
static void *die_with_lock(void *unused) {
  pthread_mutex_lock(&robust);
  return NULL;
}

/* With an argument, without what emulators lack: locks that outlive their owner. */
int main(int argc, char **argv) {
  pthread_t threads[2 * PAIRS];
  void *result;
  long owns = 0;
  for (long i = 0; i < PAIRS; i++) {
    pthread_create(&threads[2 * i], NULL, produce, (void *)(i + 1));
    pthread_create(&threads[2 * i + 1], NULL, consume, NULL);
  }
  for (int i = 0; i < 2 * PAIRS; i++) {
    pthread_join(threads[i], &result);
    owns += (long)result;
  }
  printf("sum %ld, owns %ld and %d\n", sum, owns, own);

  pthread_key_create(&key, end_of_thread);
  pthread_barrier_init(&barrier, NULL, 4);
  sem_init(&semaphore, 0, 0);
  for (long i = 0; i < 4; i++) pthread_create(&threads[i], NULL, meet, (void *)(i + 1));
  for (int i = 0; i < 4; i++) sem_wait(&semaphore);
  for (int i = 0; i < 4; i++) {
    pthread_join(threads[i], &result);
    printf("%ld\n", (long)result);
  }
  printf("begun %d, ended %d\n", begun, ended);

  pthread_create(&threads[0], NULL, spin, NULL);
  pthread_create(&threads[1], NULL, rest, NULL);
  pthread_join(threads[0], NULL);
  pthread_join(threads[1], NULL);

  if (argc < 2) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&robust, &attributes);
    pthread_create(&threads[0], NULL, die_with_lock, NULL);
    pthread_join(threads[0], NULL);
    printf("owner died %d\n", pthread_mutex_lock(&robust) == EOWNERDEAD);
  }

  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  pthread_mutex_lock(&mutex);
  printf("timed out %d\n", pthread_cond_timedwait(&filled, &mutex, &now) == ETIMEDOUT);
  fflush(stdout);
  return 3;
}
