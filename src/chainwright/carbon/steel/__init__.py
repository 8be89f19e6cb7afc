"""Steel by route: what each route and each grid changes, a worked example."""
