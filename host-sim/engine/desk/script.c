/* Compiling and running a script; see machine.h. */
#include "xsAll.h"
#include "xsScript.h"

#include "bytecode.h"
#include "machine.h"
#include "placedScript.h"

/* Code is made from text here and nowhere else: to an image `eval` and `Function` fail, as on a chip. */
static int mayParse;

typedef struct {
  const uint8_t *at;
  const uint8_t *end;
} Text;

static int nextByte(void *stream) {
  Text *text = stream;
  return text->at < text->end ? *text->at++ : C_EOF;
}

static char parseError[256];

static void keepError(void *console, txString path, txInteger line, txString format, c_va_list arguments) {
  (void)console;
  (void)path;
  int length = snprintf(parseError, sizeof parseError, "line %d: ", (int)line);
  vsnprintf(parseError + length, sizeof parseError - (size_t)length, format, arguments);
}

txScript *fxParseScript(txMachine *the, void *stream, txGetter getter, txUnsigned flags) {
  if (!mayParse) return NULL;
  txParser parser;
  txParserJump jump;
  txScript *volatile script = NULL;
  fxInitializeParser(&parser, the, the->parserBufferSize, the->parserTableModulo);
  parser.reportError = keepError;
  parser.firstJump = &jump;
  if (c_setjmp(jump.jmp_buf) == 0) {
    fxParserTree(&parser, stream, getter, flags, NULL);
    fxParserHoist(&parser);
    fxParserBind(&parser);
    script = fxParserCode(&parser);
  }
  fxTerminateParser(&parser);
  return script;
}

uint8_t *compileScript(txMachine *the, Source source, const uint8_t *text, size_t length, size_t *size,
                       char error[256]) {
  Text stream = {text, text + length};
  parseError[0] = 0;
  mayParse = 1;
  txScript *script = fxParseScript(the, &stream, nextByte, source == scriptSource ? mxProgramFlag : 0);
  mayParse = 0;
  uint8_t *bytes = NULL;
  if (script && !parseError[0]) {
    Bytecode bytecode = {
      (uint8_t *)script->symbolsBuffer,
      (size_t)script->symbolsSize,
      (uint8_t *)script->codeBuffer,
      (size_t)script->codeSize,
    };
    bytes = encodeBytecode(&bytecode, size);
  }
  fxDeleteScript(script);
  if (!bytes) snprintf(error, 256, "%s", parseError[0] ? parseError : "no memory to compile");
  return bytes;
}

void runScript(txMachine *the, uint8_t *bytes, size_t length) {
  txScript script = placedScript(the, bytes, length);
  txSlot *module = mxProgram.value.reference;
  txSlot *realm = mxModuleInstanceInternal(module)->value.module.realm;
  txSlot *closures = mxRealmClosures(realm)->value.reference;
  fxRunScript(the, &script, mxRealmGlobal(realm), NULL, closures, NULL, module);
  mxPullSlot(mxResult);
}
