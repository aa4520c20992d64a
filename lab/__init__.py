"""What measures this project: benchmarks, mutation, planted faults; the results are in results/."""
