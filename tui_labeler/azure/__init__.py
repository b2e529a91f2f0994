"""Azure ML: sign-in, workspaces, datastores, data assets, and the retired labelingJobs API."""
