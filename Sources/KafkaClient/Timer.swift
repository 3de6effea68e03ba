import Dispatch

/// Runs `body` once, after at least so many milliseconds, on a thread of Dispatch; `body` must not block.
func after(milliseconds: Int, _ body: @escaping @Sendable () -> Void) {
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(max(0, milliseconds)), execute: body)
}
