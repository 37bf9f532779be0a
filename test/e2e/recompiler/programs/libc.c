/* A static program of the C library: what linux-tool will be made of. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }
static jmp_buf back;
static void deep(int n) { if (n == 0) longjmp(back, 42); deep(n - 1); }

int main(int argc, char **argv) {
  printf("%d arguments, last %s\n", argc - 1, argv[argc - 1]);
  char *words[] = { strdup("pear"), strdup("apple"), strdup("fig"), strdup("quince"), strdup("banana") };
  qsort(words, 5, sizeof *words, compare);
  for (int i = 0; i < 5; i++) printf("%-8s|%5zu|%c\n", words[i], strlen(words[i]), toupper(words[i][0]));
  printf("%.17g %e %a %10.3f %s\n", strtod("0.1", NULL) * 3, 1e300 * 1e10, 0.375, -2.5, "end");
  printf("%08lx %+d %llu %o\n", 0xdeadbeefUL, -17, ~0ULL, 511);
  printf("%.6f %.6f %.6f\n", sin(1.0), pow(2.0, 0.5), log(10.0));
  int jumped = setjmp(back);
  if (!jumped) deep(50);
  printf("jumped with %d\n", jumped);
  char *big = malloc(3000000);
  memset(big, 'x', 3000000);
  big[2999999] = 0;
  printf("%zu %d\n", strlen(big), memcmp(big, big + 1, 1000));
  free(big);
  FILE *missing = fopen("/nowhere/at/all", "r");
  printf("%s %s\n", missing ? "open" : "closed", strerror(errno));
  fprintf(stderr, "to stderr\n");
  return argc * 7;
}
