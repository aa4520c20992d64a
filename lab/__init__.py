"""Programs that measure this project: benchmarks, mutation, planted faults; the results are in results/."""
