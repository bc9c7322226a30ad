# nothing is there yet
