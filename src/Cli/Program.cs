Console.Error.WriteLine("qubes-history: not built yet");
return 1;
