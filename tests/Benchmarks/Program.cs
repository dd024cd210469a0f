Console.Error.WriteLine("benchmarks: not built yet");
return 1;
