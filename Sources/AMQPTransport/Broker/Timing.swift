/// How long things wait in a worker's connection; tests have them pass faster.
struct Timing {
    var holding = Holding()
    var doubt = Doubt()
}
