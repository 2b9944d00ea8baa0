import django.core.validators
import django.db.models.deletion
import xianfeng.core.clock
import xianfeng.core.uids
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organizations', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('kind', models.CharField(choices=[('assembly', 'general meeting'), ('committee', 'committee meeting'), ('group', 'group meeting'), ('lecture', 'party lecture'), ('party_day', 'themed party day'), ('life_meeting', 'organizational life meeting'), ('appraisal', 'democratic appraisal'), ('talk', 'heart-to-heart talk'), ('volunteering', 'volunteering'), ('integrity_education', 'integrity education'), ('warning_education', 'warning education')], max_length=20, verbose_name='kind')),
                ('held_on', models.DateField(verbose_name='date')),
                ('starts_at', models.TimeField(blank=True, null=True, verbose_name='begins at')),
                ('venue', models.CharField(blank=True, max_length=80, verbose_name='place')),
                ('topic', models.CharField(blank=True, max_length=200, verbose_name='topic')),
                ('minutes', models.TextField(blank=True, max_length=20000, verbose_name='minutes')),
                ('hours', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0.5')), django.core.validators.MaxValueValidator(Decimal('24'))], verbose_name='hours each')),
                ('led_by_other', models.CharField(blank=True, max_length=40, verbose_name='led by somebody else')),
                ('by_secretary', models.BooleanField(default=False, editable=False)),
                ('observers', models.PositiveSmallIntegerField(default=0, verbose_name='number of observers')),
                ('observers_note', models.CharField(blank=True, max_length=100, verbose_name='who observed')),
                ('group_name', models.CharField(blank=True, max_length=40, verbose_name='party group')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('recorded', 'recorded'), ('cancelled', 'cancelled')], default='draft', max_length=10, verbose_name='status')),
                ('added_at', models.DateTimeField(default=xianfeng.core.clock.now, editable=False, verbose_name='entered at')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('led_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='led by')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='branch')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
            ],
            options={
                'verbose_name': 'activity',
                'verbose_name_plural': 'activities',
                'ordering': ['-held_on', '-pk'],
                'indexes': [models.Index(fields=['organization', 'held_on', 'kind'], name='activity_place')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'talk'), _negated=True), models.Q(('group_name', ''), ('minutes', ''), ('observers', 0), ('observers_note', ''), ('topic', ''), ('venue', '')), _connector='OR'), name='activity_talk_has_no_content'), models.CheckConstraint(condition=models.Q(('hours', None), models.Q(('hours__gt', 0), ('kind', 'volunteering')), _connector='OR'), name='activity_hours_of_volunteering'), models.CheckConstraint(condition=models.Q(('led_by', None), ('led_by_other', ''), _connector='OR'), name='activity_led_by_one')],
            },
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('present', 'present'), ('leave', 'on leave'), ('absent', 'absent'), ('made_up', 'made up'), ('exempt', 'exempt')], max_length=10, verbose_name='attendance')),
                ('made_up_on', models.DateField(blank=True, null=True, verbose_name='made up on')),
                ('counts_for', models.PositiveSmallIntegerField(editable=False, null=True)),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attendances', to='activities.activity', verbose_name='activity')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'attendance',
                'verbose_name_plural': 'attendances',
                'ordering': ['activity', 'person'],
                'constraints': [models.UniqueConstraint(fields=('activity', 'person'), name='attendance_once'), models.UniqueConstraint(fields=('person', 'counts_for'), name='attendance_one_talk_a_year'), models.CheckConstraint(condition=models.Q(models.Q(('made_up_on__isnull', False), ('state', 'made_up')), models.Q(models.Q(('state', 'made_up'), _negated=True), ('made_up_on', None)), _connector='OR'), name='attendance_made_up_on_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Requirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('measure', models.CharField(max_length=60, verbose_name='measure')),
                ('period', models.CharField(max_length=7, verbose_name='period')),
                ('day', models.DateField(verbose_name='day')),
                ('due', models.DecimalField(decimal_places=1, max_digits=10, verbose_name='due')),
                ('source', models.CharField(max_length=200, verbose_name='rule')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='branch')),
            ],
            options={
                'verbose_name': 'requirement',
                'verbose_name_plural': 'requirements',
                'ordering': ['period', 'organization', 'measure'],
                'constraints': [models.UniqueConstraint(fields=('organization', 'measure', 'period'), name='requirement_once'), models.CheckConstraint(condition=models.Q(('due__gt', 0)), name='requirement_asks_for_something')],
            },
        ),
    ]
