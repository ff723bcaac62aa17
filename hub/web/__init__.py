"""The pages: thin, over the domains. `attach` puts them on the app."""
