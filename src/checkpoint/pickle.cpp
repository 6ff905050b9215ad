#include "checkpoint/pickle.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "checkpoint/refusal.h"

namespace vividface {
namespace {

using Kind = PickleValue::Kind;

constexpr std::size_t kMaxPickle = 2 << 20;  // bytes; published checkpoints' have 50,000 at most
constexpr std::size_t kMaxName = 500;
constexpr int kProtocol = 2;

// Pickle's opcodes that this reader leaves alone, for the refusal.
constexpr std::pair<char, std::string_view> kRefused[] = {{'0', "POP"},
                                                          {'1', "POP_MARK"},
                                                          {'2', "DUP"},
                                                          {'F', "FLOAT"},
                                                          {'I', "INT"},
                                                          {'L', "LONG"},
                                                          {'P', "PERSID"},
                                                          {'S', "STRING"},
                                                          {'T', "BINSTRING"},
                                                          {'U', "SHORT_BINSTRING"},
                                                          {'V', "UNICODE"},
                                                          {'d', "DICT"},
                                                          {'g', "GET"},
                                                          {'i', "INST"},
                                                          {'l', "LIST"},
                                                          {'o', "OBJ"},
                                                          {'p', "PUT"},
                                                          {'B', "BINBYTES"},
                                                          {'C', "SHORT_BINBYTES"},
                                                          {'\x82', "EXT1"},
                                                          {'\x83', "EXT2"},
                                                          {'\x84', "EXT4"},
                                                          {'\x8b', "LONG4"},
                                                          {'\x8c', "SHORT_BINUNICODE"},
                                                          {'\x8d', "BINUNICODE8"},
                                                          {'\x8e', "BINBYTES8"},
                                                          {'\x8f', "EMPTY_SET"},
                                                          {'\x90', "ADDITEMS"},
                                                          {'\x91', "FROZENSET"},
                                                          {'\x92', "NEWOBJ_EX"},
                                                          {'\x93', "STACK_GLOBAL"},
                                                          {'\x94', "MEMOIZE"},
                                                          {'\x95', "FRAME"},
                                                          {'\x96', "BYTEARRAY8"},
                                                          {'\x97', "NEXT_BUFFER"},
                                                          {'\x98', "READONLY_BUFFER"}};

}  // namespace

bool PickleValue::is_call(std::string_view global) const { return kind == Kind::call && items[0]->text == global; }

/// Pickle's stack machine, one method an opcode that does more than push a value.
class Pickle::Machine {
 public:
  Machine(std::span<const std::byte> bytes, const std::string& file, std::deque<PickleValue>& values)
      : bytes_(bytes.first(std::min(bytes.size(), kMaxPickle))), file_(file), values_(values) {}

  const PickleValue* run() {
    while (step()) continue;
    return pop();
  }
  std::size_t position() const { return at_; }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    refuse(file_, "pickle at byte " + std::to_string(at_) + ": " + what);
  }

  std::span<const std::byte> take(std::size_t size) {
    if (size > bytes_.size() - at_)
      fail("expected " + std::to_string(size) + " more bytes, found " + std::to_string(bytes_.size() - at_) +
           "; is the file whole?");
    at_ += size;
    return bytes_.subspan(at_ - size, size);
  }
  template <typename Number>
  Number number() {
    Number value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string text(std::size_t size) {
    const auto bytes = take(size);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  std::string line() {
    const auto rest = bytes_.subspan(at_, std::min(kMaxName, bytes_.size() - at_));
    const auto end = std::find(rest.begin(), rest.end(), std::byte{'\n'});
    if (end == rest.end()) fail("expected a name's end, found none");
    std::string name = text(static_cast<std::size_t>(end - rest.begin()));
    take(1);
    return name;
  }

  PickleValue& push(Kind kind) {
    PickleValue& value = values_.emplace_back();
    value.kind = kind;
    stack_.push_back(&value);
    return value;
  }
  void push_integer(std::int64_t value, Kind kind = Kind::integer) { push(kind).integer = value; }
  PickleValue* top() const {
    if (stack_.size() <= floor()) fail("expected a value before it, found none");
    return stack_.back();
  }
  PickleValue* pop() {
    PickleValue* value = top();
    stack_.pop_back();
    return value;
  }
  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
  /// What was pushed since the last mark.
  std::vector<const PickleValue*> pop_mark() {
    if (marks_.empty()) fail("expected a mark before it, found none");
    const std::vector<const PickleValue*> values(stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back()),
                                                 stack_.end());
    stack_.resize(marks_.back());
    marks_.pop_back();
    return values;
  }

  void tuple(std::vector<const PickleValue*> items) { push(Kind::tuple).items = std::move(items); }
  void tuple_of(int count) {
    std::vector<const PickleValue*> items(static_cast<std::size_t>(count));
    for (int i = count - 1; i >= 0; --i) items[static_cast<std::size_t>(i)] = pop();
    tuple(std::move(items));
  }
  void append(const std::vector<const PickleValue*>& items) {
    PickleValue* list = top();
    if (list->kind == Kind::list)
      list->items.insert(list->items.end(), items.begin(), items.end());
    else if (list->kind != Kind::call)
      fail("expected a list to append to, found something else");
  }
  void set_items(const std::vector<const PickleValue*>& items) {
    PickleValue* dict = top();
    if (dict->kind != Kind::dict && dict->kind != Kind::call) fail("expected a dict to set in, found something else");
    if (items.size() % 2 != 0) fail("expected a value to each key, found none to the last");
    for (std::size_t i = 0; i < items.size(); i += 2) dict->entries.emplace_back(items[i], items[i + 1]);
  }
  void call() {
    const PickleValue* arguments = pop();
    const PickleValue* global = pop();
    // A call's result may be called in its turn (functools.partial): what comes of it is foreign all the same.
    if ((global->kind != Kind::global && global->kind != Kind::call) || arguments->kind != Kind::tuple)
      fail("expected a name and its arguments, found something else");
    push(Kind::call).items = {global, arguments};
  }
  void build() {
    pop();  // the state of an object, or of an OrderedDict its _metadata: not needed
    if (top()->kind != Kind::call) fail("expected an object that has a state, found something else");
  }
  void remember(std::uint32_t slot) { memo_[slot] = top(); }
  void recall(std::uint32_t slot) {
    const auto found = memo_.find(slot);
    if (found == memo_.end()) fail("expected what was remembered as " + std::to_string(slot) + ", found nothing");
    stack_.push_back(found->second);
  }
  void long_integer() {
    const auto bytes = take(number<std::uint8_t>());
    if (bytes.size() > sizeof(std::int64_t)) {
      push(Kind::other);
      return;
    }
    const bool negative = !bytes.empty() && (bytes.back() & std::byte{0x80}) != std::byte{0};
    std::int64_t value = negative ? -1 : 0;
    if (!bytes.empty()) std::memcpy(&value, bytes.data(), bytes.size());
    push_integer(value);
  }

  /// One opcode; false at the last.
  bool step();

  std::span<const std::byte> bytes_;
  const std::string& file_;
  std::deque<PickleValue>& values_;
  std::size_t at_ = 0;
  std::vector<PickleValue*> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint32_t, PickleValue*> memo_;
};

bool Pickle::Machine::step() {
  if (at_ == kMaxPickle) fail("expected its end, found more than " + std::to_string(kMaxPickle) + " bytes");
  const char opcode = static_cast<char>(number<std::uint8_t>());
  switch (opcode) {
    case '\x80':  // PROTO
      if (const int protocol = number<std::uint8_t>(); protocol != kProtocol)
        fail("expected protocol 2, found " + std::to_string(protocol));
      return true;
    case '.':  // STOP
      return false;
    case '(':  // MARK
      marks_.push_back(stack_.size());
      return true;
    case 'N':  // NONE
    case 'G':  // BINFLOAT
      if (opcode == 'G') take(sizeof(double));
      push(Kind::other);
      return true;
    case '\x88':  // NEWTRUE
    case '\x89':  // NEWFALSE
      push_integer(opcode == '\x88', Kind::boolean);
      return true;
    case 'K':  // BININT1
      push_integer(number<std::uint8_t>());
      return true;
    case 'M':  // BININT2
      push_integer(number<std::uint16_t>());
      return true;
    case 'J':  // BININT
      push_integer(number<std::int32_t>());
      return true;
    case '\x8a':  // LONG1
      long_integer();
      return true;
    case 'X': {  // BINUNICODE
      std::string value = text(number<std::uint32_t>());
      push(Kind::text).text = std::move(value);
      return true;
    }
    case ')':  // EMPTY_TUPLE
      push(Kind::tuple);
      return true;
    case ']':  // EMPTY_LIST
      push(Kind::list);
      return true;
    case '}':  // EMPTY_DICT
      push(Kind::dict);
      return true;
    case 't':  // TUPLE
      tuple(pop_mark());
      return true;
    case '\x85':  // TUPLE1, TUPLE2, TUPLE3
    case '\x86':
    case '\x87':
      tuple_of(opcode - '\x84');
      return true;
    case 'a': {  // APPEND
      const PickleValue* item = pop();
      append({item});
      return true;
    }
    case 'e':  // APPENDS
      append(pop_mark());
      return true;
    case 's': {  // SETITEM
      const PickleValue* value = pop();
      const PickleValue* key = pop();
      set_items({key, value});
      return true;
    }
    case 'u':  // SETITEMS
      set_items(pop_mark());
      return true;
    case 'c': {  // GLOBAL
      std::string name = line();
      name += ' ' + line();
      push(Kind::global).text = std::move(name);
      return true;
    }
    case 'R':     // REDUCE
    case '\x81':  // NEWOBJ
      call();
      return true;
    case 'b':  // BUILD
      build();
      return true;
    case 'Q': {  // BINPERSID
      const PickleValue* id = pop();
      push(Kind::persistent).items = {id};
      return true;
    }
    case 'q':  // BINPUT
      remember(number<std::uint8_t>());
      return true;
    case 'r':  // LONG_BINPUT
      remember(number<std::uint32_t>());
      return true;
    case 'h':  // BINGET
      recall(number<std::uint8_t>());
      return true;
    case 'j':  // LONG_BINGET
      recall(number<std::uint32_t>());
      return true;
    default:
      break;
  }
  --at_;
  for (const auto& [code, name] : kRefused)
    if (code == opcode) fail("opcode " + std::string(name) + ": tensors need none such, it is refused");
  fail("expected an opcode, found byte " + std::to_string(static_cast<unsigned char>(opcode)));
}

Pickle::Pickle(std::span<const std::byte> bytes, const std::string& file) {
  Machine machine(bytes, file, values_);
  root_ = machine.run();
  size_ = machine.position();
}

}  // namespace vividface
