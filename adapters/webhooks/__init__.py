"""How notices are sent to the programs of traders: signed, and to no address that is not everybody's to reach."""
