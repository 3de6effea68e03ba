import Runtime

@main
struct Router {
    static func main() async {
        await WorkerProgram(.router).main(routerServices)
    }
}
