import Runtime

@main
struct Stats {
    static func main() async {
        await WorkerProgram(.stats).main(statsServices)
    }
}
