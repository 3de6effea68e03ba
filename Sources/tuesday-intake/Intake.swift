import Runtime

@main
struct Intake {
    static func main() async {
        await WorkerProgram(.intake).main(intakeServices)
    }
}
