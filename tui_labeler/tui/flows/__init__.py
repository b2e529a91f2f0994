"""What a key sets going from whatever screen it is pressed on: ask, do, say. Each flow is given the screen to speak on."""
