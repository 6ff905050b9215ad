#pragma once

namespace vividface {

/// Whether memory that the process frees stays with it, to be taken again: networks free and take the same large blocks
/// every frame or step, and the system would have to clear them page by page each time. For the whole process; not
/// kept, it is as libc has it at first. Does nothing where libc is not GNU's.
void keep_memory(bool keep = true);

}  // namespace vividface
