Console.Error.WriteLine("qubesd: not built yet");
return 1;
