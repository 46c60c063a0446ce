#include "jsonScan.h"

#include <string.h>

enum { dataKind = 1, quantityKind, textKind, numberKind, listKind, objectKind };

enum { endMark, objectMark, listMark, nullMark, bytesMark, textMark, numberMark, otherMark };

enum { unwanted = -1 };

/* Bytes that one byte of JSON may need at most in `kept`. */
enum { keptRoom = 16 };

enum {
  atValue,
  atFirstElement,
  atFirstName,
  atName,
  atColon,
  atAfter,
  inString,
  inEscape,
  inUnit,
  atLowEscape,
  atLowUnit,
  inCharacter,
  inLiteral,
  inMinus,
  inZero,
  inInteger,
  atPoint,
  inFraction,
  inExponent,
  inExponentSign,
  inExponentDigits,
};

enum { noSink, nameSink, textSink, dataSink, quantitySink, numberSink };

/* What a call works on. */
typedef struct {
  JsonScan *scan;
  JsonPlan plan;
  uint8_t *kept;
} Work;

static int isSpace(uint8_t byte) { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; }

static int isDigit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

static int hexDigit(uint8_t byte) {
  if (isDigit(byte)) return byte - '0';
  uint8_t letter = byte | 0x20;
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* A plan that was tampered with ends in zeros. */
static uint32_t planByte(const Work *work, int64_t at) {
  return at >= 0 && (uint64_t)at < work->plan.length ? work->plan.bytes[at] : 0;
}

static uint32_t planNumber(const Work *work, int64_t at) {
  return planByte(work, at) << 8 | planByte(work, at + 1);
}

/* --- what is kept --- */

static uint32_t payload(const JsonScan *scan) { return scan->length - scan->record - 2; }

static void keep(Work *work, uint32_t byte) { work->kept[work->scan->length++] = (uint8_t)byte; }

static void mark(Work *work, uint8_t kind) {
  keep(work, kind);
  keep(work, work->scan->member);
}

static void beginRecord(Work *work, uint8_t kind, uint8_t sink) {
  JsonScan *scan = work->scan;
  mark(work, kind);
  scan->record = scan->length;
  scan->length += 2;
  scan->limit = planNumber(work, (int64_t)scan->node + 1);
  scan->digits = 0;
  scan->sink = sink;
}

static void endRecord(Work *work) {
  JsonScan *scan = work->scan;
  uint32_t length = payload(scan);
  work->kept[scan->record] = (uint8_t)(length >> 8);
  work->kept[scan->record + 1] = (uint8_t)length;
  scan->record = 0;
  scan->sink = noSink;
}

/* Whether the value may be of that kind. One that is left out is marked, and not wanted any more. */
static int wants(Work *work, uint32_t kind) {
  JsonScan *scan = work->scan;
  if (scan->node < 0) return 0;
  uint32_t wanted = planByte(work, scan->node);
  if (wanted == kind) return 0;
  if (wanted != textKind && wanted != numberKind) return jsonType;
  mark(work, otherMark);
  scan->node = unwanted;
  return 0;
}

/* --- strings --- */

/* A text that has no room for a whole character ends before it. */
static void makeRoom(JsonScan *scan, uint32_t count) {
  if (scan->sink == textSink && payload(scan) + count > scan->limit) scan->sink = noSink;
}

static int putDigit(Work *work, uint8_t byte) {
  JsonScan *scan = work->scan;
  uint32_t place = scan->digits++;
  if (place < 2) return byte == (place == 0 ? '0' : 'x') ? 0 : jsonType;
  int digit = hexDigit(byte);
  if (digit < 0) return jsonType;
  if (place >= 2 + 2 * scan->limit) return jsonLong;
  if ((place & 1) == 0) keep(work, (uint32_t)digit << 4);
  else work->kept[scan->length - 1] |= (uint8_t)digit;
  return 0;
}

/* One byte of a string's UTF-8. */
static int putRaw(Work *work, uint32_t byte) {
  JsonScan *scan = work->scan;
  switch (scan->sink) {
    case noSink:
      return 0;
    case nameSink:
      if (scan->nameLength < jsonNameMax) scan->name[scan->nameLength] = (uint8_t)byte;
      if (scan->nameLength <= jsonNameMax) scan->nameLength++;
      return 0;
    case textSink:
      keep(work, byte);
      return 0;
    default:
      return putDigit(work, (uint8_t)byte);
  }
}

static int putPoint(Work *work, uint32_t point) {
  JsonScan *scan = work->scan;
  if (scan->sink == noSink) return 0;
  if (point < 0x80) {
    makeRoom(scan, 1);
    return putRaw(work, point);
  }
  uint32_t more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  makeRoom(scan, more + 1);
  /* The first byte of a character: as many ones as it has bytes, and a zero. */
  int fault = putRaw(work, ((0xff00u >> (more + 1)) & 0xff) | (point >> (6 * more)));
  while (more-- > 0 && !fault) fault = putRaw(work, 0x80 | ((point >> (6 * more)) & 0x3f));
  return fault;
}

/* An odd count of digits was written from the left: all move by half a byte. */
static void alignRight(Work *work) {
  JsonScan *scan = work->scan;
  for (uint32_t i = scan->length - 1; i >= scan->record + 2; i--) {
    uint8_t before = i > scan->record + 2 ? work->kept[i - 1] : 0;
    work->kept[i] = (uint8_t)(before << 4) | work->kept[i] >> 4;
  }
}

static int beginString(Work *work) {
  JsonScan *scan = work->scan;
  scan->isName = 0;
  scan->sink = noSink;
  scan->state = inString;
  if (scan->node < 0) return 0;
  switch (planByte(work, scan->node)) {
    case dataKind:
      beginRecord(work, bytesMark, dataSink);
      return 0;
    case quantityKind:
      beginRecord(work, bytesMark, quantitySink);
      return 0;
    case textKind:
      beginRecord(work, textMark, textSink);
      return 0;
    default:
      return wants(work, textKind);
  }
}

static int endString(Work *work) {
  JsonScan *scan = work->scan;
  scan->state = atAfter;
  if (scan->node < 0 || scan->record == 0) return 0;
  if (scan->sink == dataSink || scan->sink == quantitySink) {
    int isOdd = scan->digits & 1;
    if (scan->digits < 2) return jsonType;
    if (scan->sink == dataSink ? isOdd : scan->digits < 3) return jsonType;
    if (isOdd) alignRight(work);
  }
  endRecord(work);
  return 0;
}

static int beginName(Work *work, uint8_t byte) {
  JsonScan *scan = work->scan;
  if (byte != '"' || scan->depth == 0) return jsonMalformed;
  scan->sink = scan->levels[scan->depth - 1].node < 0 ? noSink : nameSink;
  scan->node = unwanted;
  scan->nameLength = 0;
  scan->isName = 1;
  scan->state = inString;
  return 0;
}

static int isNamed(const Work *work, int64_t at, uint32_t length) {
  if (length != work->scan->nameLength) return 0;
  for (uint32_t i = 0; i < length; i++) {
    if (planByte(work, at + i) != work->scan->name[i]) return 0;
  }
  return 1;
}

static int endName(Work *work) {
  JsonScan *scan = work->scan;
  scan->state = atColon;
  if (scan->depth == 0) return jsonMalformed;
  if (scan->sink != nameSink || scan->nameLength > jsonNameMax) return 0;
  uint32_t level = scan->depth - 1u;
  uint32_t count = planByte(work, (int64_t)scan->levels[level].node + 1);
  int64_t at = (int64_t)scan->levels[level].node + 2;
  for (uint32_t i = 0; i < count && i < 32; i++) {
    uint32_t length = planByte(work, at);
    if (isNamed(work, at + 1, length)) {
      uint32_t bit = (uint32_t)1 << i;
      if (scan->levels[level].seen & bit) return jsonTwice;
      scan->levels[level].seen |= bit;
      scan->member = (uint8_t)i;
      scan->node = (int32_t)planNumber(work, at + 1 + length);
      return 0;
    }
    at += length + 3;
  }
  return 0;
}

/* The first byte of a character beyond ASCII, and what may follow it (RFC 3629, 4). */
static int beginCharacter(Work *work, uint8_t byte) {
  JsonScan *scan = work->scan;
  if (byte < 0xc2 || byte > 0xf4) return jsonMalformed;
  scan->left = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
  scan->low = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;
  scan->high = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf;
  scan->state = inCharacter;
  makeRoom(scan, scan->left + 1u);
  return putRaw(work, byte);
}

static int goOnCharacter(Work *work, uint8_t byte) {
  JsonScan *scan = work->scan;
  if (byte < scan->low || byte > scan->high) return jsonMalformed;
  scan->low = 0x80;
  scan->high = 0xbf;
  if (--scan->left == 0) scan->state = inString;
  return putRaw(work, byte);
}

static int beginUnit(JsonScan *scan) {
  scan->unit = 0;
  scan->unitDigits = 0;
  scan->state = inUnit;
  return 0;
}

static int unitDigit(Work *work, uint8_t byte) {
  JsonScan *scan = work->scan;
  int digit = hexDigit(byte);
  if (digit < 0) return jsonMalformed;
  scan->unit = (scan->unit << 4 | (uint32_t)digit) & 0xffff;
  if (++scan->unitDigits < 4) return 0;
  uint32_t unit = scan->unit;
  int isLow = unit >= 0xdc00 && unit <= 0xdfff;
  if (isLow != (scan->highSurrogate != 0)) return jsonMalformed;
  if (unit >= 0xd800 && unit <= 0xdbff) {
    scan->highSurrogate = unit;
    scan->state = atLowEscape;
    return 0;
  }
  scan->state = inString;
  return putPoint(work, isLow ? 0x10000 + ((scan->highSurrogate & 0x3ff) << 10) + (unit & 0x3ff) : unit);
}

static int escape(Work *work, uint8_t byte) {
  if (byte == 'u') return beginUnit(work->scan);
  work->scan->state = inString;
  switch (byte) {
    case '"':
    case '\\':
    case '/':
      return putPoint(work, byte);
    case 'b':
      return putPoint(work, '\b');
    case 'f':
      return putPoint(work, '\f');
    case 'n':
      return putPoint(work, '\n');
    case 'r':
      return putPoint(work, '\r');
    case 't':
      return putPoint(work, '\t');
    default:
      return jsonMalformed;
  }
}

static int string(Work *work, uint8_t byte) {
  JsonScan *scan = work->scan;
  if (byte == '"') return scan->isName ? endName(work) : endString(work);
  if (byte < 0x20) return jsonMalformed;
  if (byte >= 0x80) return beginCharacter(work, byte);
  if (byte != '\\') return putPoint(work, byte);
  scan->highSurrogate = 0;
  scan->state = inEscape;
  return 0;
}

/* --- structure --- */

static int openLevel(Work *work, int isList) {
  JsonScan *scan = work->scan;
  if (scan->depth >= jsonDepthMax) return jsonDeep;
  int fault = wants(work, isList ? listKind : objectKind);
  if (fault) return fault;
  if (scan->node >= 0) mark(work, isList ? listMark : objectMark);
  scan->levels[scan->depth].node = scan->node;
  scan->levels[scan->depth].isList = (uint32_t)isList;
  scan->levels[scan->depth].seen = 0;
  scan->depth++;
  scan->state = isList ? atFirstElement : atFirstName;
  return 0;
}

static int closeLevel(Work *work, uint8_t byte) {
  JsonScan *scan = work->scan;
  if (scan->depth == 0) return jsonMalformed;
  scan->depth--;
  if ((scan->levels[scan->depth].isList != 0) != (byte == ']')) return jsonMalformed;
  if (scan->levels[scan->depth].node >= 0) keep(work, endMark);
  scan->state = atAfter;
  return 0;
}

static int after(Work *work, uint8_t byte) {
  JsonScan *scan = work->scan;
  scan->state = atAfter;
  if (isSpace(byte)) return 0;
  if (scan->depth == 0) return jsonMalformed;
  if (byte == ',') {
    scan->state = scan->levels[scan->depth - 1].isList ? atValue : atName;
    return 0;
  }
  return byte == ']' || byte == '}' ? closeLevel(work, byte) : jsonMalformed;
}

static const char *const literals[] = {"true", "false", "null"};

static int beginLiteral(Work *work, uint8_t byte) {
  JsonScan *scan = work->scan;
  uint8_t which = 0;
  while (which < 3 && literals[which][0] != byte) which++;
  if (which == 3) return jsonMalformed;
  scan->literal = which;
  scan->position = 1;
  scan->state = inLiteral;
  if (scan->node < 0) return 0;
  if (byte != 'n') return wants(work, 0);
  mark(work, nullMark);
  return 0;
}

static int goOnLiteral(JsonScan *scan, uint8_t byte) {
  const char *literal = literals[scan->literal];
  if (byte != literal[scan->position++]) return jsonMalformed;
  if (literal[scan->position] == 0) scan->state = atAfter;
  return 0;
}

/* --- numbers --- */

/* The state after one more character of a number (RFC 8259, 6), or -1 where it is none of it. */
static int nextOfNumber(uint8_t state, uint8_t byte) {
  int digit = isDigit(byte);
  switch (state) {
    case inMinus:
      return byte == '0' ? inZero : digit ? inInteger : -1;
    case inExponent:
      if (byte == '+' || byte == '-') return inExponentSign;
      return digit ? inExponentDigits : -1;
    case inExponentSign:
    case inExponentDigits:
      return digit ? inExponentDigits : -1;
    case atPoint:
      return digit ? inFraction : -1;
    case inFraction:
      if (digit) return inFraction;
      break;
    default:
      if (digit) return state == inInteger ? inInteger : -1;
      if (byte == '.') return atPoint;
  }
  return (byte | 0x20) == 'e' ? inExponent : -1;
}

static int isNumberWhole(uint8_t state) {
  return state == inZero || state == inInteger || state == inFraction || state == inExponentDigits;
}

static int numberByte(Work *work, uint8_t byte) {
  if (payload(work->scan) >= work->scan->limit) return jsonLong;
  keep(work, byte);
  return 0;
}

static void closeNumber(Work *work) {
  if (work->scan->sink == numberSink) endRecord(work);
  work->scan->state = atAfter;
}

static int number(Work *work, uint8_t byte) {
  JsonScan *scan = work->scan;
  int next = nextOfNumber(scan->state, byte);
  if (next >= 0) {
    scan->state = (uint8_t)next;
    return scan->sink == numberSink ? numberByte(work, byte) : 0;
  }
  if (!isNumberWhole(scan->state)) return jsonMalformed;
  closeNumber(work);
  return after(work, byte);
}

static int beginNumber(Work *work, uint8_t byte) {
  JsonScan *scan = work->scan;
  scan->state = byte == '-' ? inMinus : byte == '0' ? inZero : inInteger;
  scan->sink = noSink;
  int fault = wants(work, numberKind);
  if (fault || scan->node < 0) return fault;
  beginRecord(work, numberMark, numberSink);
  return numberByte(work, byte);
}

static int value(Work *work, uint8_t byte) {
  JsonScan *scan = work->scan;
  if (scan->depth > 0 && scan->levels[scan->depth - 1].isList) {
    int32_t list = scan->levels[scan->depth - 1].node;
    scan->member = 0;
    scan->node = list < 0 ? unwanted : (int32_t)((uint32_t)list + 3);
    if (list >= 0 && ++scan->levels[scan->depth - 1].seen > planNumber(work, (int64_t)list + 1)) return jsonMany;
  }
  if (byte == '"') return beginString(work);
  if (byte == '{' || byte == '[') return openLevel(work, byte == '[');
  if (byte == '-' || isDigit(byte)) return beginNumber(work, byte);
  return beginLiteral(work, byte);
}

static int take(Work *work, uint8_t byte) {
  JsonScan *scan = work->scan;
  switch (scan->state) {
    case atValue:
      return isSpace(byte) ? 0 : value(work, byte);
    case atFirstElement:
      if (isSpace(byte)) return 0;
      return byte == ']' ? closeLevel(work, byte) : value(work, byte);
    case atFirstName:
      if (isSpace(byte)) return 0;
      return byte == '}' ? closeLevel(work, byte) : beginName(work, byte);
    case atName:
      return isSpace(byte) ? 0 : beginName(work, byte);
    case atColon:
      if (isSpace(byte)) return 0;
      scan->state = atValue;
      return byte == ':' ? 0 : jsonMalformed;
    case atAfter:
      return after(work, byte);
    case inString:
      return string(work, byte);
    case inEscape:
      return escape(work, byte);
    case inUnit:
      return unitDigit(work, byte);
    case atLowEscape:
      scan->state = atLowUnit;
      return byte == '\\' ? 0 : jsonMalformed;
    case atLowUnit:
      return byte == 'u' ? beginUnit(scan) : jsonMalformed;
    case inCharacter:
      return goOnCharacter(work, byte);
    case inLiteral:
      return goOnLiteral(scan, byte);
    default:
      return number(work, byte);
  }
}

/* A state that was tampered with must not lead outside. */
static int isSound(const JsonScan *scan, size_t keptLength) {
  if (scan->depth > jsonDepthMax || scan->length > keptLength || scan->literal > 2) return 0;
  if (scan->nameLength > jsonNameMax + 1 || scan->state > inExponentDigits) return 0;
  if (scan->state == inLiteral && scan->position >= strlen(literals[scan->literal])) return 0;
  if (scan->record == 0) return scan->sink <= nameSink;
  return scan->record + 2 <= scan->length && scan->length > 2;
}

void jsonBegin(JsonScan *scan) { memset(scan, 0, sizeof *scan); }

int32_t jsonPush(JsonScan *scan, JsonPlan plan, const uint8_t *bytes, size_t length, uint8_t *kept, size_t keptLength) {
  Work work = {scan, plan, kept};
  if (!isSound(scan, keptLength)) return -jsonMalformed;
  size_t at = 0;
  for (; at < length; at++) {
    if (scan->state == inString && scan->sink == noSink) {
      while (at < length && bytes[at] >= 0x20 && bytes[at] < 0x80 && bytes[at] != '"' && bytes[at] != '\\') at++;
      if (at == length) break;
    }
    if (scan->length + keptRoom > keptLength) break;
    int fault = take(&work, bytes[at]);
    if (fault) return -fault;
  }
  return (int32_t)at;
}

int32_t jsonEnd(JsonScan *scan, uint8_t *kept, size_t keptLength) {
  Work work = {scan, {NULL, 0}, kept};
  if (!isSound(scan, keptLength)) return -jsonMalformed;
  if (isNumberWhole(scan->state)) closeNumber(&work);
  return scan->state == atAfter && scan->depth == 0 ? (int32_t)scan->length : -jsonMalformed;
}
