/*
 * Processes that are started without a copy of the page tables, each with a thread that hears what it says. Its stdin and what
 * it says are pipes; stdout and stderr are one. It is the first of a session of its own, in `/`, with an empty environment.
 */
#define _GNU_SOURCE
#include "native.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MAX = 4096, GIVEN_MAX = 512, HEARD = 8192 };

typedef struct {
  pid_t pid;
  int in, out, wake;
  napi_threadsafe_function heard;
  atomic_int users; /* the thread, and JavaScript's handle */
  pthread_mutex_t lock;
  /* Below, only under the lock. */
  char *unsaid;
  size_t unsaid_length, unsaid_from;
  bool hang_up;
} Child;

typedef struct {
  bool ended;
  int status;
  size_t length;
  char text[];
} Message;

static void release(Child *child) {
  if (atomic_fetch_sub(&child->users, 1) != 1) return;
  if (child->in >= 0) close(child->in);
  close(child->out);
  close(child->wake);
  free(child->unsaid);
  pthread_mutex_destroy(&child->lock);
  free(child);
}

/* ---- what is told ---- */

/* Writes what the pipe takes. Under the lock. */
static void write_unsaid(Child *child) {
  while (child->in >= 0 && child->unsaid_from < child->unsaid_length) {
    ssize_t n = write(child->in, child->unsaid + child->unsaid_from, child->unsaid_length - child->unsaid_from);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) break; /* Nobody reads any more: its end will be told. */
    child->unsaid_from += (size_t)n;
  }
  child->unsaid_from = child->unsaid_length = 0;
  if (child->hang_up && child->in >= 0) {
    close(child->in);
    child->in = -1;
  }
}

static bool add_unsaid(Child *child, const char *text, size_t length) {
  if (length == 0) return true;
  char *grown = realloc(child->unsaid, child->unsaid_length + length);
  if (!grown) return false;
  memcpy(grown + child->unsaid_length, text, length);
  child->unsaid = grown;
  child->unsaid_length += length;
  return true;
}

/* ---- its thread ---- */

static void pass_on(Child *child, const char *text, size_t length, bool ended, int status) {
  Message *message = malloc(sizeof *message + length);
  if (!message) abort();
  *message = (Message){.ended = ended, .status = status, .length = length};
  memcpy(message->text, text, length);
  if (napi_call_threadsafe_function(child->heard, message, napi_tsfn_nonblocking) != napi_ok) free(message);
}

/* False: it has closed its end. */
static bool hear(Child *child) {
  char text[HEARD];
  ssize_t n = read(child->out, text, sizeof text);
  if (n < 0) return errno == EINTR || errno == EAGAIN;
  if (n > 0) pass_on(child, text, (size_t)n, false, 0);
  return n > 0;
}

static int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

static void *attend(void *data) {
  Child *child = data;
  for (bool open = true; open;) {
    pthread_mutex_lock(&child->lock);
    bool writing = child->in >= 0 && child->unsaid_from < child->unsaid_length;
    int in = child->in;
    pthread_mutex_unlock(&child->lock);
    struct pollfd fds[] = {{.fd = child->out, .events = POLLIN},
                           {.fd = child->wake, .events = POLLIN},
                           {.fd = writing ? in : -1, .events = POLLOUT}};
    if (poll(fds, 3, -1) < 0) continue;
    uint64_t count;
    if (fds[1].revents != 0 && read(child->wake, &count, sizeof count) < 0 && errno == EBADF) break;
    if (fds[2].revents != 0) {
      pthread_mutex_lock(&child->lock);
      write_unsaid(child);
      pthread_mutex_unlock(&child->lock);
    }
    if (fds[0].revents != 0) open = hear(child);
  }
  pass_on(child, "", 0, true, wait_for(child->pid));
  napi_release_threadsafe_function(child->heard, napi_tsfn_release);
  release(child);
  return NULL;
}

/* ---- JavaScript's side ---- */

/* heard(text) or heard(undefined, exit code, signal number) */
static void call_heard(napi_env env, napi_value heard, void *context, void *data) {
  Message *message = data;
  napi_value args[3], self, result;
  (void)context;
  if (env && napi_get_undefined(env, &self) == napi_ok) {
    args[0] = args[1] = args[2] = self;
    bool made = message->ended
      ? napi_create_int32(env, WIFEXITED(message->status) ? WEXITSTATUS(message->status) : -1, &args[1]) == napi_ok &&
        napi_create_int32(env, WIFSIGNALED(message->status) ? WTERMSIG(message->status) : 0, &args[2]) == napi_ok
      : napi_create_string_latin1(env, message->text, message->length, &args[0]) == napi_ok;
    if (made) napi_call_function(env, self, heard, 3, args, &result);
  }
  free(message);
}

static void drop_handle(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  release(data);
}

static char *text_of(napi_env env, napi_value value, size_t *length) {
  if (napi_get_value_string_utf8(env, value, NULL, 0, length) != napi_ok) return NULL;
  char *text = malloc(*length + 1);
  if (text) napi_get_value_string_utf8(env, value, text, *length + 1, length);
  return text;
}

static void free_words(char **words) {
  for (size_t i = 0; words && words[i]; i++) free(words[i]);
  free(words);
}

static char **words_of(napi_env env, napi_value list) {
  uint32_t count;
  size_t length;
  napi_value word;
  if (napi_get_array_length(env, list, &count) != napi_ok || count == 0 || count > WORDS_MAX) return NULL;
  char **words = calloc(count + 1, sizeof *words);
  for (uint32_t i = 0; words && i < count; i++) {
    if (napi_get_element(env, list, i, &word) == napi_ok && (words[i] = text_of(env, word, &length)) &&
        strlen(words[i]) == length)
      continue;
    free_words(words);
    return NULL;
  }
  return words;
}

/* ---- starting ---- */

/* Copies above all places first: one must not be replaced before it was used. How many could be made; -1 stays -1. */
static size_t copy_above(const int *from, int *copies, size_t count) {
  size_t made = 0;
  for (; made < count; made++)
    if ((copies[made] = from[made] < 0 ? -1 : fcntl(from[made], F_DUPFD_CLOEXEC, (int)count)) < 0 && from[made] >= 0) break;
  return made;
}

/* Descriptors that somebody left open for all children: glibc 2.34 can close them. */
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *plan, int from) __attribute__((weak));

bool closes_others(void) { return posix_spawn_file_actions_addclosefrom_np != NULL; }

static int spawn_with(char **words, const int *copies, size_t count, pid_t *pid) {
  posix_spawn_file_actions_t plan;
  posix_spawnattr_t how;
  sigset_t all, none;
  char *environment[] = {NULL};
  int error = 0;
  /* Two signals that sigfillset leaves out would be ignored by the child. */
  memset(&all, 0xff, sizeof all);
  sigemptyset(&none);
  posix_spawn_file_actions_init(&plan);
  posix_spawnattr_init(&how);
  /* A session of its own: nothing of the terminal reaches it, and its group can be killed as a whole. */
  posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setsigmask(&how, &none);
  posix_spawnattr_setsigdefault(&how, &all);
  for (size_t i = 0; error == 0 && i < count; i++)
    if (copies[i] >= 0) error = posix_spawn_file_actions_adddup2(&plan, copies[i], (int)i);
  if (error == 0 && posix_spawn_file_actions_addclosefrom_np)
    error = posix_spawn_file_actions_addclosefrom_np(&plan, (int)count);
  if (error == 0) error = posix_spawn_file_actions_addchdir_np(&plan, "/");
  if (error == 0) error = posix_spawn(pid, words[0], &plan, &how, words, environment);
  posix_spawnattr_destroy(&how);
  posix_spawn_file_actions_destroy(&plan);
  return error;
}

/* `given[i]` becomes descriptor 3 + i; -1: there is none. */
static int spawn(char **words, int in, int out, const int32_t *given, size_t count, pid_t *pid) {
  int from[3 + GIVEN_MAX] = {in, out, out}, copies[3 + GIVEN_MAX];
  for (size_t i = 0; i < count; i++) from[3 + i] = given[i];
  size_t made = copy_above(from, copies, 3 + count);
  int error = made == 3 + count ? spawn_with(words, copies, made, pid) : errno;
  while (made-- > 0)
    if (copies[made] >= 0) close(copies[made]);
  return error;
}

static void close_both(const int *ends) {
  close(ends[0]);
  close(ends[1]);
}

/* 0, or why not. */
static int start(Child *child, char **words, const int32_t *given, size_t count) {
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) != 0) return errno;
  if (pipe2(out, O_CLOEXEC) != 0) {
    int error = errno;
    close_both(in);
    return error;
  }
  child->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  int error = child->wake < 0 ? errno : spawn(words, in[0], out[1], given, count, &child->pid);
  if (error != 0) {
    close_both(in);
    close_both(out);
    if (child->wake >= 0) close(child->wake);
    return error;
  }
  close(in[0]);
  close(out[1]);
  fcntl(in[1], F_SETFL, O_NONBLOCK);
  child->in = in[1];
  child->out = out[0];
  return 0;
}

/* Signals are for JavaScript's thread. */
static int start_thread(Child *child) {
  pthread_t thread;
  pthread_attr_t how;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_init(&how);
  pthread_attr_setdetachstate(&how, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&how, 256 * 1024);
  int error = pthread_create(&thread, &how, attend, child);
  pthread_attr_destroy(&how);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return error;
}

static bool listen_with(napi_env env, napi_value heard, Child *child) {
  napi_value name;
  return napi_create_string_utf8(env, "recomp child", NAPI_AUTO_LENGTH, &name) == napi_ok &&
         napi_create_threadsafe_function(env, heard, NULL, name, 0, 1, NULL, NULL, NULL, call_heard, &child->heard) == napi_ok;
}

/* Something is wrong with the machine: it must not run on unheard. */
static void give_up(Child *child) {
  kill(-child->pid, SIGKILL);
  wait_for(child->pid);
}

static napi_value handle_of(napi_env env, Child *child) {
  napi_value result, pid, handle;
  if (napi_create_object(env, &result) != napi_ok || napi_create_int32(env, child->pid, &pid) != napi_ok ||
      napi_create_external(env, child, drop_handle, NULL, &handle) != napi_ok ||
      napi_set_named_property(env, result, "pid", pid) != napi_ok ||
      napi_set_named_property(env, result, "handle", handle) != napi_ok)
    return NULL;
  return result;
}

static int begin(napi_env env, napi_value heard, Child *child, char **words, const int32_t *given, size_t count) {
  if (!listen_with(env, heard, child)) return ENOMEM;
  int error = start(child, words, given, count);
  if (error == 0 && (error = start_thread(child)) != 0) give_up(child);
  if (error != 0) napi_release_threadsafe_function(child->heard, napi_tsfn_abort);
  return error;
}

/* (words, descriptors from 3 on, heard): {pid, handle}, or the number of what went wrong */
napi_value start_child(napi_env env, napi_callback_info info) {
  napi_value args[3], number;
  napi_typedarray_type type;
  napi_valuetype callable;
  size_t count;
  void *given;
  if (!take_arguments(env, info, args, 3)) return NULL;
  if (napi_get_typedarray_info(env, args[1], &type, &count, &given, NULL, NULL) != napi_ok || type != napi_int32_array ||
      count > GIVEN_MAX || napi_typeof(env, args[2], &callable) != napi_ok || callable != napi_function)
    return complain(env, "startChild: not something to start");
  char **words = words_of(env, args[0]);
  Child *child = calloc(1, sizeof *child);
  if (!words || !child) {
    free_words(words);
    free(child);
    return complain(env, "startChild: no words");
  }
  atomic_init(&child->users, 2);
  pthread_mutex_init(&child->lock, NULL);
  int error = begin(env, args[2], child, words, given, count);
  free_words(words);
  if (error == 0) return handle_of(env, child);
  pthread_mutex_destroy(&child->lock);
  free(child);
  return napi_create_int32(env, error, &number) == napi_ok ? number : NULL;
}

/* (handle, text, whether that was all) */
napi_value tell_child(napi_env env, napi_callback_info info) {
  napi_value args[3], none;
  void *data;
  bool last;
  size_t length;
  uint64_t one = 1;
  if (!take_arguments(env, info, args, 3)) return NULL;
  if (napi_get_value_external(env, args[0], &data) != napi_ok || napi_get_value_bool(env, args[2], &last) != napi_ok)
    return complain(env, "tellChild: no child");
  char *text = text_of(env, args[1], &length);
  if (!text) return complain(env, "tellChild: no text");
  Child *child = data;
  pthread_mutex_lock(&child->lock);
  bool taken = add_unsaid(child, text, length);
  child->hang_up = child->hang_up || last || !taken;
  write_unsaid(child);
  bool more = child->unsaid_from < child->unsaid_length;
  pthread_mutex_unlock(&child->lock);
  free(text);
  if (more && write(child->wake, &one, sizeof one) < 0) return complain(env, "tellChild: cannot wake its thread");
  return napi_get_undefined(env, &none) == napi_ok ? none : NULL;
}
