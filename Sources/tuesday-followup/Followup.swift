import Runtime

@main
struct Followup {
    static func main() async {
        await WorkerProgram(.followup).main(followupServices)
    }
}
