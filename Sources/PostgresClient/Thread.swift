import CLibpq
import Glibc
import Synchronization

/// A thread that lives as long as the process, for calls that block.
enum Thread {
    /// Starts it. The name, up to 15 bytes, is what `top -H` shows.
    static func start(_ name: StaticString, _ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Body(name: name, run: body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                let body = Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue()
                pthread_setname_np(pthread_self(), body.name.description)
                body.run()
                return nil
            }, box.toOpaque())
        precondition(code == 0, "no thread could be started, errno \(code): raise the limit of processes")
        pthread_detach(thread)
    }

    private final class Body: Sendable {
        let name: StaticString
        let run: @Sendable () -> Void

        init(name: StaticString, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }
}
