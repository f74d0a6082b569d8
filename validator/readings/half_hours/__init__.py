"""Half hours that come one by one: stamps into settlement periods, tables of rows, and their channel-days."""
