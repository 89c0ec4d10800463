"""Stage explanation: from networks and faces to explanation stacks."""
