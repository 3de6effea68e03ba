/// Wakes whoever waits for something to change; they look for themselves whether it is what they waited for.
// @unchecked: like everything here, touched by the executor's one thread only.
final class Signal: @unchecked Sendable {
    private var waiters: [(id: Int, continuation: UnsafeContinuation<Void, Never>)] = []
    private var lastID = 0

    /// Returns at the next ``notify()``, or when the task is cancelled.
    func wait() async {
        lastID += 1
        let id = lastID
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                if Task.isCancelled { continuation.resume() } else { waiters.append((id, continuation)) }
            }
        } onCancel: {
            guard let index = waiters.firstIndex(where: { $0.id == id }) else { return }
            waiters.remove(at: index).continuation.resume()
        }
    }

    /// Returns at the next ``notify()``, whatever becomes of the task.
    func waitStubbornly() async {
        lastID += 1
        let id = lastID
        await withUnsafeContinuation { waiters.append((id, $0)) }
    }

    func notify() {
        let woken = waiters
        waiters = []
        for waiter in woken { waiter.continuation.resume() }
    }
}
