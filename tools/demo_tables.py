"""Tables behind the demonstration zone: levels and shares, all invented."""

from __future__ import annotations

# canonical unit -> (published unit word, factor, decimals)
UNITS: dict[str, tuple[str, float, int]] = {
    "yuan": ("元", 1, 0),
    "mn_yuan": ("万元", 100, 0),
    "persons": ("人", 1, 0),
    "person_times": ("人次", 1, 0),
    "households": ("户", 1, 0),
    "pct": ("%", 1, 1),
    "pp": ("个百分点", 1, 1),
    "ratio": ("比值", 1, 2),
    "index": ("上年=100", 1, 1),
    "years": ("岁", 1, 1),
    "months": ("月", 1, 1),
    "kwh": ("千瓦时", 1, 0),
    "days": ("天", 1, 1),
    "m2": ("平方米", 1, 0),
    "m2_per_person": ("平方米/人", 1, 2),
    "m2_per_10k": ("平方米/万人", 1, 0),
    "beds": ("张", 1, 0),
    "count": ("个", 1, 0),
    "per_1000": ("每千人", 1, 2),
    "yuan_per_month": ("元/月", 1, 0),
}

# Series that move by about one step a year: (value of 2020, step), in the canonical unit.
# All move the wanted way but the share of young teachers (teachers_under35_pct).
LINES: dict[str, tuple[float, float]] = {
    "population_resident_persons": (60950, -120), "registered_unemployment_pct": (3.6, -0.05),
    "startup_loans_issued_nominal_mn_yuan": (12.4, 1.6), "market_entities_new_count": (940, 65),
    "startup_jobs_persons": (610, 38), "job_retention_refunds_nominal_mn_yuan": (2.1, 0.35),
    "job_retention_firms_count": (62, 9), "job_retention_employees_persons": (2150, 160),
    "job_retention_employees_pct": (41, 2.6), "youth_trainees_persons": (46, 6),
    "youth_trainees_retained_pct": (48, 2.2), "graduate_service_recruited_persons": (18, 2),
    "graduate_service_in_post_persons": (39, 4), "subsidised_training_person_times": (2300, 190),
    "training_certified_pct": (71, 2.1), "job_fairs_count": (24, 4), "job_fair_vacancies_count": (2600, 240),
    "job_fair_hired_persons": (520, 45), "returnee_founders_persons": (74, 8),
    "returnee_businesses_survival_pct": (82, 1.1), "rural_leaders_trained_person_times": (150, 22),
    "zero_employment_clearance_days": (19, -1.6), "hard_to_employ_placed_persons": (265, 14),
    "veterans_placed_pct": (90, 1.4), "disabled_employed_pct": (45, 1.8),
    "unemployment_warning_false_alarm_pct": (38, -3), "unemployment_warning_lead_months": (1.6, 0.3),
    "resident_pension_insured_persons": (21400, 260), "employee_pension_insured_persons": (14600, 520),
    "pension_transfers_on_time_pct": (91, 1.6), "medical_insurance_ecard_activated_pct": (30, 12.5),
    "medical_insurance_enrolment_registered_pct": (96.2, 0.35),
    "medical_insurance_enrolment_resident_pct": (93.8, 0.4), "medical_direct_settlement_pct": (54, 5.5),
    "medical_advance_payment_days": (38, -4), "disability_subsidies_coverage_pct": (95, 0.6),
    "left_behind_records_pct": (84, 2.5), "legal_aid_cases_count": (118, 9),
    "poverty_risk_recognition_days": (16, -1.5), "poverty_ledger_complete_pct": (93, 1.2),
    "poverty_ledger_consistent_pct": (91, 1.5), "poverty_checked_households": (1890, 25),
    "low_income_help_matched_pct": (86, 2.3), "poverty_warning_hit_pct": (31, 3),
    "consumption_assistance_nominal_mn_yuan": (6.8, 0.9), "rural_linkage_funds_nominal_mn_yuan": (18, 1.2),
    "rural_linkage_funds_spent_pct": (91, 1.1), "land_revenue_to_rural_pct": (8.5, 0.9),
    "poverty_microcredit_balance_nominal_mn_yuan": (5.2, 0.3), "industry_linked_households": (640, 55),
    "industry_linked_income_gain_nominal_yuan": (1850, 140), "rural_sanitary_toilets_pct": (46, 4.5),
    "rural_central_water_pct": (93, 0.9), "rural_hardened_roads_pct": (90, 1.1),
    "preschool_gross_enrolment_pct": (89, 0.9), "preschool_affordable_places_pct": (81, 1.8),
    "compulsory_education_retention_pct": (96.4, 0.15), "upper_secondary_gross_enrolment_pct": (94.2, 0.5),
    "education_partnership_activities_count": (14, 3), "student_fitness_pass_pct": (93.5, 0.6),
    "student_fitness_good_pct": (38, 1.4), "teachers_recruited_persons": (24, 4),
    "teachers_recruited_retained_pct": (88, 0.8), "teachers_titles_frontline_pct": (61, 0.9),
    "teachers_under35_pct": (31, -0.9), "essential_medicines_stocked_pct": (90, 1.3),
    "visits_within_zone_pct": (78, 1.6), "tcm_premises_m2": (3200, 260),
    "licensed_doctors_per_1000": (2.71, 0.09), "rehabilitation_nursing_beds_per_1000": (12.4, 0.8),
    "hypertension_managed_pct": (68, 1.5), "diabetes_managed_pct": (66, 1.6),
    "public_health_district_gap_pp": (9.5, -0.9), "elderly_on_platform_pct": (12, 6.5),
    "public_culture_area_m2_per_10k": (620, 38), "protected_relics_intact_pct": (80, 2),
    "creative_works_count": (46, 6), "sports_area_m2_per_person": (2.35, 0.08),
    "sports_events_count": (18, 4), "sports_event_participants_person_times": (5200, 900),
    "sports_event_overnight_visitors_person_times": (3100, 700), "registered_athletes_persons": (64, 7),
}  # fmt: skip

# Shares of a finite list: (length of the list, done at the end of 2018, ..., 2024).
SHARES: dict[str, tuple[int, tuple[int, ...]]] = {
    "employment_platform_coverage_pct": (36, (22, 25, 28, 33, 36, 36, 36)),
    "soe_wage_mechanism_coverage_pct": (14, (3, 4, 6, 8, 10, 12, 13)),
    "medical_insurance_reform_tasks_done_pct": (25, (2, 4, 7, 12, 17, 21, 24)),
    "medical_insurance_online_services_pct": (60, (14, 20, 26, 34, 42, 50, 55)),
    "minors_protection_stations_pct": (12, (0, 1, 2, 3, 4, 6, 8)),
    "industry_projects_started_pct": (40, (10, 14, 19, 24, 29, 33, 37)),
    "industry_projects_operating_pct": (40, (6, 9, 12, 13, 15, 19, 23)),
    "estate_kindergartens_handed_over_pct": (8, (1, 2, 3, 5, 6, 7, 8)),
    "parent_schools_pct": (21, (5, 7, 10, 13, 15, 18, 20)),
    "schools_pe_standard_pct": (21, (14, 15, 15, 16, 17, 18, 19)),
    "schools_arts_standard_pct": (21, (12, 13, 14, 14, 15, 17, 18)),
    "schools_police_room_pct": (21, (9, 11, 13, 16, 18, 20, 21)),
    "schools_safety_platform_pct": (21, (4, 6, 9, 13, 16, 19, 21)),
    "smart_schools_pct": (21, (2, 4, 7, 10, 13, 16, 19)),
    "medical_alliance_members_pct": (18, (5, 7, 9, 11, 13, 15, 17)),
    "tcm_clinic_institutions_pct": (14, (5, 6, 7, 8, 10, 11, 12)),
    "telemedicine_institutions_pct": (14, (2, 3, 5, 6, 8, 10, 12)),
    "elderly_care_communities_pct": (24, (3, 5, 8, 11, 15, 18, 20)),
    "cultural_service_centres_pct": (30, (20, 23, 26, 28, 30, 30, 30)),
}

# Series set by decision or by event, year by year from 2018; None = not published.
FIXED: dict[str, tuple[float | None, ...]] = {
    "urban_new_jobs_persons": (1105, 1168, 1042, 1284, 1312, 1341, 1358),
    "employed_yoy_pct": (1.1, 0.8, -0.9, None, 1.0, 1.4, 1.2),  # a gap: no comparison with growth
    "zero_employment_households": (2, 1, 0, 0, 0, 0, 0),
    "poverty_lifted_workers_persons": (1015, 1064, 1102, 1087, 1131, 1158, 1176),  # a fall in 2021
    "job_retention_policies_lapsed_count": (8, 7, 6, 5, 4, 3, 2),
    "resident_basic_pension_nominal_yuan_per_month": (103, 108, 108, 113, 118, 123, 128),
    "resident_basic_pension_since_adjustment_months": (18, 12, 12, 9, 6, 6, 6),
    "social_insurance_credit_departments_count": (0, 2, 3, 5, 7, 8, 9),
    "medical_insurance_collection_pct": (None, None, None, None, None, 97.2, 97.8),  # begins late
    "dibao_review_cycle_months": (12, 12, 12, 6, 6, 6, 3),
    "dibao_standard_adjustment_interval_months": (15, 14, 13, 12, 12, 12, 12),
    "dibao_standard_urban_nominal_yuan_per_month": (540, 560, 590, 620, 655, 690, 720),
    "dibao_standard_rural_nominal_yuan_per_month": (325, 345, 370, 400, 430, 460, 485),
    "extreme_poverty_standard_urban_nominal_yuan_per_month": (702, 728, 767, 806, 852, 897, 936),
    "extreme_poverty_standard_rural_nominal_yuan_per_month": (423, 449, 481, 520, 559, 598, 631),
    "old_estates_renovated_households": (210, 240, 260, 330, 385, 410, 360),
    "shanty_renovated_households": (150, 130, 120, 108, 96, 88, 60),  # the plan has no target
    "veteran_cards_issued_pct": (None, None, None, None, 62.4, 88.1, 96.3),
    "transition_policy_gaps_count": (9, 8, 7, 5, 4, 2, 1),
    "food_clothing_failing_households": (1, 0, 0, 0, 0, 0, 0),
    "schooling_failing_households": (2, 0, 0, 0, 0, 0, 0),
    "basic_medical_failing_households": (4, 1, 0, 0, 0, 0, 0),
    "housing_water_failing_households": (11, 3, 0, 0, 2, 0, 0),  # a breach in 2022
    "returned_to_poverty_households": (3, 0, 0, 0, 0, 0, 0),
    "poverty_lifted_households": (826, 826, 825, 824, 822, 820, 818),
    "poverty_lifted_net_income_nominal_yoy_pct": (12.4, 11.9, 8.1, 11.6, 8.3, 9.8, 8.2),
    "poverty_microcredit_overdue_pct": (0.8, 0.7, 0.9, 1.3, 0.8, 0.6, 0.5),  # a breach in 2021
    "practice_bases_approved_count": (1, 1, 2, 2, 2, 3, 3),
    "schools_outsourced_services_pct": (38.1, 42.9, 47.6, 52.4, None, None, None),  # goes stale
    "medicine_shortages_count": (14, 12, 11, 9, 8, 6, 5),
    "infectious_beds": (40, 40, 60, 80, 100, 100, 110),
    "pcr_tests_per_day_count": (500, 500, 2000, 6000, 12000, 12000, 12500),
    "embedded_elderly_care_sites_count": (2, 3, 4, 5, 7, 8, 10),
    "embedded_elderly_care_beds": (24, 36, 48, 60, 84, 96, 120),
    "life_expectancy_years": (None, None, 78.6, None, None, None, None),  # census years only
    "protected_relics_count": (11, 11, 12, 13, 14, 14, 15),
    "intangible_heritage_items_count": (21, 22, 24, 26, 27, 29, 31),
    "research_outputs_count": (None, None, None, None, 31, 36, 40),  # one figure until 2024
    "sports_medals_count": (9, 11, 5, 8, 12, 14, 13),
    "cpi_previous_year_index": (101.9, 102.6, 102.2, 100.8, 101.7, 100.3, 100.4),
    "gdp_real_yoy_pct": (5.1, 4.2, -1.6, 7.4, 2.6, 6.8, 5.4),
}

NOTES: dict[tuple[str, int], str] = {
    ("housing_water_failing_households", 2022): "暴雨后2户供水中断，已整改（演示）",
    ("poverty_microcredit_overdue_pct", 2021): "集中到期（演示）",
    ("life_expectancy_years", 2020): "普查年份才有（演示）",
}

# Growth of nominal income in percent, 2018 ... 2024; levels of 2017; urban share in percent.
INCOME_2017 = {"urban": 25760, "rural": 12610}
INCOME_GROWTH: dict[str, tuple[float, ...]] = {
    "urban": (6.3, 6.1, 2.0, 7.4, 3.9, 6.0, 4.5),
    "rural": (7.9, 8.2, 6.2, 9.4, 6.0, 7.9, 6.6),
}
URBAN_SHARE = (69.2, 70.0, 70.8, 71.5, 72.1, 72.7, 73.2, 73.7)  # from 2017
GDP_2017_MN_YUAN = 3865.0
GDP_DEFLATOR = (2.1, 1.6, 0.9, 2.4, 1.8, -0.3, -0.4)
GDP_REVISED: dict[int, float] = {2021: 7.8, 2022: 3.1}

# The running year after the last annual file.
NEXT_YEAR: dict[str, float] = {
    "urban_new_jobs_persons": 1362,
    "gdp_real_yoy_pct": 5.1,
    "disposable_income_all_real_yoy_pct": 4.6,
}
# yearly series -> its cumulative quarterly series
QUARTERLY = {
    "urban_new_jobs_persons": "urban_new_jobs_ytd_persons",
    "gdp_real_yoy_pct": "gdp_real_ytd_yoy_pct",
    "disposable_income_all_real_yoy_pct": "disposable_income_all_real_ytd_yoy_pct",
}
JOBS_BY_QUARTER = (0.24, 0.53, 0.79, 1.0)
QUARTERS = [(y, q) for y in range(2021, 2026) for q in range(1, 5) if (y, q) <= (2025, 2)]
