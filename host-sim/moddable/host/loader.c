/* Loads the SDK's lin build (mc.so), which its simulator shows on a screen, without one: holdfast-lin MC.SO [...] */
#include <dlfcn.h>
#include <stdio.h>

int main(int count, char **arguments) {
  if (count < 2) {
    fprintf(stderr, "usage: %s mc.so [options of a board]\n", arguments[0]);
    return 64;
  }
  void *library = dlopen(arguments[1], RTLD_NOW);
  void (*board)(int, char **) = NULL;
  if (library) *(void **)&board = dlsym(library, "holdfastBoard");
  if (!board) {
    fprintf(stderr, "%s\n", dlerror());
    return 64;
  }
  board(count - 1, arguments + 1);
  return 0;
}
