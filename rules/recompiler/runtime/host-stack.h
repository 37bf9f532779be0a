/* Stacks of the host, one for each guest thread: guest calls are host calls, so a thread that waits keeps its own. */
#ifndef RECOMP_HOST_STACK_H
#define RECOMP_HOST_STACK_H

struct host_stack {
  void *memory; /* NULL: the one that the program started on */
  void *top;    /* where it goes on, while another is in use */
};

/* A stack on which `run` starts when it is first switched to. `run` never returns. */
struct host_stack make_host_stack(void (*run)(void));
/* For a thread that is made later: whoever stands on it switches away before. */
void give_back_host_stack(struct host_stack stack);
void switch_host_stack(struct host_stack *from, const struct host_stack *to);

#endif
