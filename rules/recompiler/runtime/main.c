/* Loads the image, starts the guest and drives it until it leaves. */
#include "threads.h"
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Guest calls are host calls: deep guest recursion needs a deep host stack. */
enum { HOST_STACK = 512 << 20, GAVE_UP = 70 };

static int guest_argc;
static char **guest_argv;

void give_up(const char *format, ...) {
  va_list list;
  va_start(list, format);
  fprintf(stderr, "%s: ", recomp_program.name);
  vfprintf(stderr, format, list);
  fputc('\n', stderr);
  va_end(list);
  leave(GAVE_UP);
}

void leave(int status) {
  close_trace();
  close_capture();
  fflush(stdout);
  _exit(status);
}

/* Where an address lies, for people: " (draw_bars+0x1c)", or nothing where no name is. */
static const char *place_of(u64 pc) {
  static char text[256];
  const struct entry *last = NULL;
  for (size_t i = 0; i < recomp_program.entry_count && recomp_program.entries[i].address <= pc; i++)
    if (!last || recomp_program.entries[i].function != last->function) last = &recomp_program.entries[i];
  text[0] = 0;
  if (last && *last->name) snprintf(text, sizeof text, " (%s+0x%llx)", last->name, (unsigned long long)(pc - last->address));
  return text;
}

u64 trap(S *s, u64 pc, const char *reason) {
  (void)s;
  give_up("trap at 0x%llx%s: %s", (unsigned long long)pc, place_of(pc), reason);
}

u64 outside_code(S *s, u64 pc) {
  (void)s;
  give_up("control reached 0x%llx, which is no code", (unsigned long long)pc);
}

void system_call(S *s, u32 number, u64 pc) {
  if (recomp_program.personality == PERSONALITY_HORIZON) horizon_call(s, number, pc);
  else linux_call(s, number, pc);
}

u8 *guest_bytes(S *s, u64 address, u64 size, u64 pc) {
  if (address >> 32 || size > 0x100000000ull - address)
    give_up("system call at 0x%llx: bytes at 0x%llx lie outside guest memory", (unsigned long long)pc, (unsigned long long)address);
  return s->mem + address;
}

static void load_image(S *s) {
  const struct program *p = &recomp_program;
  s->mem = reserve_memory();
  for (size_t i = 0; i < p->segment_count; i++) {
    const struct segment *segment = &p->segments[i];
    commit_memory(s->mem, segment->address, segment->memory_size);
    memcpy(s->mem + segment->address, recomp_image + segment->offset, segment->size);
  }
  commit_memory(s->mem, p->bss_address, p->bss_size);
  s->code_start = p->code_start;
  s->code_words = (p->code_end - p->code_start) / 4;
}

static void make_table(S *s) {
  const struct program *p = &recomp_program;
  s->table = malloc(s->code_words * sizeof *s->table);
  if (!s->table) give_up("out of memory");
  for (u64 i = 0; i < s->code_words; i++) s->table[i] = go_on;
  /* A second opinion on every instruction: nothing of the lifted code is used. */
  if (getenv("RECOMP_INTERPRET") || is_tracing()) return;
  for (size_t i = 0; i < p->entry_count; i++)
    s->table[(p->entries[i].address - p->code_start) / 4] = p->entries[i].function;
}

static void *run_guest(void *unused) {
  (void)unused;
  S *const s = &begin_threads()->state;
  load_image(s);
  open_trace(s);
  make_table(s);
  if (recomp_program.personality == PERSONALITY_HORIZON) start_horizon(s);
  else start_linux(s, guest_argc, guest_argv);
  for (u64 pc = recomp_program.entry;;) pc = go(s, pc);
}

static void on_fault(int signal, siginfo_t *info, void *context) {
  (void)context;
  const u8 *const at = info->si_addr, *const mem = current_thread()->state.mem;
  const int is_guest = mem && at >= mem && (u64)(at - mem) < 0x100000010ull;
  char text[128];
  const int length = is_guest
    ? snprintf(text, sizeof text, "%s: the program touched 0x%llx, where nothing is\n", recomp_program.name, (unsigned long long)(at - mem))
    : snprintf(text, sizeof text, "%s: signal %d outside guest memory\n", recomp_program.name, signal);
  if (write(2, text, (size_t)length) < 0) _exit(GAVE_UP);
  close_capture();
  _exit(GAVE_UP);
}

static void catch_faults(void) {
  static u8 stack[1 << 16];
  const stack_t alternate = { .ss_sp = stack, .ss_size = sizeof stack };
  sigaltstack(&alternate, NULL);
  struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK };
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
}

static sigset_t given_signals;

static void *run_guest_with_signals(void *unused) {
  catch_faults();
  pthread_sigmask(SIG_SETMASK, &given_signals, NULL);
  return run_guest(unused);
}

/* Horizon programs: --script FILE and --out FOLDER. Linux programs get the whole command line. */
int main(int argc, char **argv) {
  guest_argc = argc;
  guest_argv = argv;
  if (recomp_program.personality == PERSONALITY_HORIZON) {
    for (int i = 1; i + 1 < argc; i += 2) {
      if (!strcmp(argv[i], "--script")) load_script(argv[i + 1]);
      else if (!strcmp(argv[i], "--out")) open_capture(argv[i + 1]);
      else give_up("unknown argument %s; known: --script FILE, --out FOLDER", argv[i]);
    }
    if (argc % 2 == 0) give_up("%s needs a value", argv[argc - 1]);
  }
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, HOST_STACK);
  /* Signals are for the thread that runs the guest: one that waits for them must be the one that they wake. */
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &given_signals);
  if (pthread_create(&thread, &attributes, run_guest_with_signals, NULL)) give_up("no thread to run in");
  pthread_join(thread, NULL);
  return GAVE_UP;
}
