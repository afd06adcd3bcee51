// All programs in one, for packages: most of the code they have in common. Like busybox, it does what its name says.
#include <stdio.h>
#include <string.h>

int streamllm_Producer_main(int argc, char **argv);
int streamllm_Consumer_main(int argc, char **argv);
int streamllm_Subscriber_main(int argc, char **argv);
int streamllm_Web_main(int argc, char **argv);
int streamllm_Keys_main(int argc, char **argv);

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} programs[] = {
    {"streamllm-producer", streamllm_Producer_main},
    {"streamllm-consumer", streamllm_Consumer_main},
    {"streamllm-subscribe", streamllm_Subscriber_main},
    {"streamllm-web", streamllm_Web_main},
    {"streamllm-keys", streamllm_Keys_main},
};

int main(int argc, char **argv) {
    const char *path = argc > 0 ? argv[0] : "";
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        if (strcmp(name, programs[i].name) == 0) return programs[i].run(argc, argv);
    }
    fprintf(stderr, "Error: This is called by the names of its programs: ");
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        fprintf(stderr, "%s%s", i > 0 ? ", " : "", programs[i].name);
    }
    fprintf(stderr, "\n");
    return 64;
}
