"""Azure ML in the app: sign-in, the workspace in use, remote projects, and registering exports."""
