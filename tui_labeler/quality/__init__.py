"""How far labels can be trusted: agreement, consensus, gold, and likely mistakes. Pure: labels in, figures out."""
