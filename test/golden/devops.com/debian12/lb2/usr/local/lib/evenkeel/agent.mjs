// the agent
