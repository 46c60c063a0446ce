/* In place of ESP-IDF's: a chip with a unit that takes up a hash, unless a test wants one without. */
#ifndef HOLDFAST_NO_UNIT
#define SOC_SHA_SUPPORTED 1
#define SOC_SHA_SUPPORT_RESUME 1
#endif
